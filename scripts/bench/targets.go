package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchunit"
)

// Units, as benchfmt names them.
const (
	cpu    = "cpu-sec/op"
	wall   = "sec/op"
	allocs = "allocs/op"
	rss    = "peak-bytes"
	entry  = "B/entry"
)

// target is a number that was set before the work began: of a row, or of a row over
// another one, divided round by round. It is judged by the median of the rounds.
type target struct {
	group string
	keys  string // divided by |
	by    string
	over  string // the row of the same key that it is divided by, or KEY/ROW
	unit  string
	bound string
	limit float64
}

func targets() []target {
	const rsa, every = "RS256-2048", "HS256|RS256-2048|RS256-3072|ES256|EdDSA"
	const cached, hit, batch = "loginctl, cached", "loginctl, hit, 1,000 hot tokens", "loginctl verify --batch"
	const nested, noop = "bad signature, 11 KiB of nested claims", "urfave-cli no-op"
	all := fmt.Sprintf("-%d", allCores()) // ends the name of a row that ran on all cores
	return []target{
		{"Verify", "HS256", "loginctl", "golang-jwt", cpu, "≤", 0.30},
		{"Verify", "HS256", "loginctl", "", allocs, "≤", 12},
		{"Verify", "RS256-2048|RS256-3072|ES256|EdDSA", "loginctl", "floor", cpu, "≤", 1.06},

		{"Mint", "HS256", "loginctl", "golang-jwt", cpu, "≤", 0.60},
		{"Mint", "RS256-2048|RS256-3072", "loginctl", "floor", cpu, "≤", 1.06},
		{"Mint", "ES256", "loginctl", "floor", cpu, "≤", 1.12},
		{"Mint", "EdDSA", "loginctl", "floor", cpu, "≤", 1.25},

		{"Middleware", "HS256", "loginctl", "jwtauth", cpu, "≤", 0.10},
		{"Middleware", "HS256", "loginctl", "", allocs, "≤", 15},
		{"Middleware", rsa, "loginctl", "floor", cpu, "≤", 1.08},
		{"Middleware", "EdDSA", "loginctl", "floor", cpu, "≤", 1.12},
		{"Middleware", every, "loginctl, cookie", "loginctl", cpu, "≤", 1.10},
		{"Middleware", "HS256|RS256-2048|EdDSA", cached, "context value only", cpu, "≤", 3.50},
		{"Middleware", "HS256|RS256-2048|EdDSA", cached, "", allocs, "≤", 3},
		{"Middleware", "HS256|RS256-2048|EdDSA", cached, cached + all, wall, "≥", 1.70},
		{"Middleware", rsa, "jwtauth", cached, cpu, "≥", 60},

		{"Refuse", "wrong alg|wrong alg, 11 KiB|alg none|no dots|no dots, 16 KiB|too long, 20 KiB|too long, 1 MiB", "loginctl", "good/floor", cpu, "≤", 0.50},
		{"Refuse", "bad signature|" + nested, "loginctl", "floor", cpu, "≤", 1.30},

		// HMAC tokens are remembered on request only, because a flood of distinct ones
		// costs more: that flood has no target.
		{"Cache", "EdDSA", "loginctl, flood of distinct tokens", "loginctl, flood of distinct tokens, no cache", cpu, "≤", 1.10},
		{"Cache", "HS256|EdDSA", "loginctl, flood of forged tokens", "loginctl, flood of forged tokens, no cache", cpu, "≤", 1.10},
		{"Cache", "HS256|RS256-2048|EdDSA", hit, hit + all, wall, "≥", 1.70},
		{"Cache", "HS256", "loginctl, memory an entry", "", entry, "≤", 500},

		{"Keys", "PBKDF2|scrypt", "loginctl", "key derivation alone", cpu, "≤", 1.10},

		{"Process", "-", "loginctl version", noop, cpu, "≤", 1.20},
		{"Process", "-", "loginctl version", "step version", cpu, "≤", 0.25},
		{"Process", "-", "loginctl version", "", rss, "≤", 10e6},
		{"Process", "-", "loginctl verify", noop, cpu, "≤", 1.40},

		{"Batch", "HS256", "golang-jwt loop", batch, cpu, "≥", 3},
		{"Batch", rsa, batch, "floor", cpu, "≤", 1.10},
		{"Batch", "HS256", batch, batch + all, wall, "≥", 1.50},
		{"Batch", rsa, batch, batch + all, wall, "≥", 1.60},
		{"Batch", "HS256|RS256-2048", batch, "", rss, "≤", 80e6},
		{"Batch", "HS256|RS256-2048", batch + all, "", rss, "≤", 80e6},
	}
}

// name is how a benchmark prints a row.
func name(group, key, by string) string {
	return strings.ReplaceAll(group+"/key="+key+"/by="+by, " ", "_")
}

// samples are the numbers of a run in the order of the rounds, by row and unit.
type samples map[[2]string][]float64

// read reads the files of the groups that were measured.
func (o options) read() (samples, error) {
	var files benchfmt.Files
	for _, g := range o.groups {
		files.Paths = append(files.Paths, o.file(g, false))
	}
	s := samples{}
	for files.Scan() {
		result, ok := files.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		for _, value := range result.Values {
			id := [2]string{result.Name.String(), value.Unit}
			s[id] = append(s[id], value.Value)
		}
	}
	return s, files.Err()
}

// of returns the numbers of a target for one of its keys, round by round, and nil if
// they were not measured. A slow minute of the machine falls on both numbers of a
// round, and so leaves their ratio alone.
func (s samples) of(t target, key string) []float64 {
	one := s[[2]string{name(t.group, key, t.by), t.unit}]
	if t.over == "" {
		return one
	}
	by := t.over
	if before, after, ok := strings.Cut(t.over, "/"); ok {
		key, by = before, after
	}
	other := s[[2]string{name(t.group, key, by), t.unit}]
	if len(one) != len(other) {
		return nil
	}
	var ratios []float64
	for i := range one {
		ratios = append(ratios, one[i]/other[i])
	}
	return ratios
}

// judge prints every target of the groups that were measured. Those that go by the
// clock are not judged if the machine was busy.
func (o options) judge(busy bool, w io.Writer) error {
	s, err := o.read()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprint(table, "| target\t| must be\t| median\t| interval of 95 %\t|\t|\n| ---\t| ---\t| ---\t| ---\t| ---\t|\n")
	var errs []error
	for _, t := range targets() {
		for _, key := range strings.Split(t.keys, "|") {
			values := s.of(t, key)
			if !slices.ContainsFunc(o.groups, func(g group) bool { return g.title() == t.group }) {
				continue
			}
			if len(values) == 0 {
				// step need not be installed.
				if o.only == "" && t.over != "step version" {
					errs = append(errs, fmt.Errorf("the target of %s is of a row that was not measured", name(t.group, key, t.by)))
				}
				continue
			}
			median := benchmath.AssumeNothing.Summary(benchmath.NewSample(values, &benchmath.DefaultThresholds), 0.95)
			fmt.Fprintf(table, "| %s\t| %s %s\t| %s\t| %s\t| %s\t|\n", t.title(key), t.bound, t.number(t.limit), t.number(median.Center),
				median.PctRangeString(), t.verdict(median.Center, busy))
		}
	}
	return errors.Join(append(errs, table.Flush())...)
}

func (t target) title(key string) string {
	title := t.group + " " + key + ": " + t.by
	if t.over != "" {
		return title + " / " + t.over
	}
	return title + ", " + t.unit
}

// number writes a ratio with three digits and a number with its unit.
func (t target) number(v float64) string {
	if t.over != "" {
		return fmt.Sprintf("%.3g", v)
	}
	return benchunit.Scale(v, benchunit.ClassOf(t.unit))
}

// verdict judges a number by the target.
func (t target) verdict(v float64, busy bool) string {
	switch {
	case t.unit == wall && busy:
		return "busy"
	case t.bound == "≤" && v <= t.limit, t.bound == "≥" && v >= t.limit:
		return "✓"
	}
	return "✗"
}
