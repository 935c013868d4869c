// Command bench runs the benchmarks of the folder rows round by round, keeps every
// sample for benchstat, has it print the medians, and judges the targets. It is
// started by scripts/bench.sh, which builds the programs.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// group is one benchmark function of the folder rows.
type group struct {
	name     string // in lower case
	about    string
	parallel bool   // on one core and on all
	runs     string // how often a row runs in a round, in place of the time that --sample gives
}

func groups() []group {
	return []group{
		{"verify", "token in, subject and scopes out", true, ""},
		{"mint", "a token with a new jti of 128 bits", true, ""},
		{"middleware", "a request with a token, two scopes required, the user loaded from memory", true, ""},
		{"refuse", "tokens that are not let in, HS256", false, ""},
		{"cache", "verified tokens that are remembered", true, ""},
		{"keys", "opening an encrypted private key", false, ""},
		// The time of a process varies and is short, so it is measured more often.
		{"process", "whole processes", false, "8x"},
		{"batch", "files of tokens, one a line; the cost of one token", true, "1x"},
	}
}

// title is the name in the benchmarks.
func (g group) title() string { return strings.ToUpper(g.name[:1]) + g.name[1:] }

// options are the flags.
type options struct {
	groups  []group
	quick   bool
	rounds  int
	sample  time.Duration
	only    string
	out     string
	against string // the other revision, as it was named
}

func main() {
	o, err := parse(os.Args[1:])
	if err == nil {
		err = o.run(os.Stdout)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// parse reads flags and names of groups in any order.
func parse(args []string) (o options, err error) {
	f := flag.NewFlagSet("bench.sh", flag.ContinueOnError)
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "Usage: scripts/bench.sh [flags] [group ...]")
		for _, g := range groups() {
			fmt.Fprintf(f.Output(), "  %-11s %s\n", g.name, g.about)
		}
		f.PrintDefaults()
	}
	f.BoolVar(&o.quick, "quick", false, "three short rounds and small batches: a look, not a measurement")
	f.StringVar(&o.only, "only", "", "measure only rows whose names match this `regexp`; targets are judged where all of their rows were measured")
	f.IntVar(&o.rounds, "rounds", 15, "how often each row is measured")
	f.DurationVar(&o.sample, "sample", 40*time.Millisecond, "how long one measurement of a row takes, about")
	f.StringVar(&o.out, "out", filepath.Join("..", "..", "bin", "bench", time.Now().Format("20060102-150405")), "keep the samples in this `folder`")
	f.StringVar(&o.against, "against", "", "measure loginctl of this `revision` too, in the same rounds")
	var names []string
	for rest := args; ; {
		if err := f.Parse(rest); err != nil {
			return o, err
		}
		if f.NArg() == 0 {
			break
		}
		names, rest = append(names, f.Arg(0)), f.Args()[1:]
	}
	if o.quick {
		o.rounds, o.sample = 3, 10*time.Millisecond
	}
	for _, g := range groups() {
		if len(names) == 0 || slices.Contains(names, g.name) {
			o.groups = append(o.groups, g)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(o.groups, func(g group) bool { return g.name == name }) {
			return o, fmt.Errorf("no such group: %s", name)
		}
	}
	return o, nil
}

// run measures the groups and prints a table of each, and the targets at the end.
func (o options) run(w io.Writer) error {
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	busy := load() > 0.5
	fmt.Fprintf(w, "scripts/bench.sh %s: %s, %d cores, load %.2f\n", strings.Join(os.Args[1:], " "), runtime.Version(), runtime.NumCPU(), load())
	for _, g := range o.groups {
		fmt.Fprintf(w, "\n## %s: %s\n", g.name, g.about)
		if err := o.measure(g); err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
		if err := o.report(g, w); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\nThe samples are in %s. To compare two runs: cd scripts/bench && go tool benchstat OLD NEW\n\n## targets\n\n", o.out)
	return o.judge(busy, w)
}

// load is the load average of the last minute, zero where the system does not say it.
func load() (load float64) {
	text, _ := os.ReadFile("/proc/loadavg")
	fmt.Sscan(string(text), &load)
	return load
}

// measure runs a group round by round, so that a slow minute of the machine falls
// on all rows alike. Two revisions take turns, and either is first in half of the
// rounds.
func (o options) measure(g group) error {
	revisions := 1
	if o.against != "" {
		revisions = 2
	}
	for round := range o.rounds {
		for turn := range revisions {
			if err := o.visit(g, (turn+round)%revisions == 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// visit measures each row of a group once and adds the lines to its file.
func (o options) visit(g group, other bool) error {
	cmd := exec.Command("./rows.test", append(o.selected(g), "-test.run=^$", "-test.timeout=0")...)
	// Every sample begins with a collection. The runtime would then give memory back
	// to the system and ask for it again page by page, which a busy service does not.
	cmd.Env = append(os.Environ(), "GODEBUG=madvdontneed=0", fmt.Sprint("BENCH_QUICK=", o.quick), fmt.Sprint("BENCH_OTHER=", other))
	if other {
		cmd.Path = "./rows-other.test"
	}
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = os.Getenv("BENCH_FOLDER"), &stderr
	text, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%w\n%s%s", err, text, &stderr)
	}
	earlier, _ := os.ReadFile(o.file(g, other))
	return os.WriteFile(o.file(g, other), append(earlier, text...), 0o644)
}

// selected are the flags that select the rows of a group, the cores and the length of
// a sample.
func (o options) selected(g group) []string {
	pattern := "^Benchmark" + g.title() + "$/^key=/^by=.*(" + o.only + ")"
	cores, length := "1", cmp.Or(g.runs, o.sample.String())
	if g.parallel {
		cores = fmt.Sprintf("1,%d", allCores())
	}
	return []string{"-test.bench=" + pattern, "-test.benchtime=" + length, "-test.cpu=" + cores}
}

// allCores is how many cores a row uses beside its samples on one.
func allCores() int { return max(2, runtime.NumCPU()) }

// file has the samples of a group, in the Go benchmark format.
func (o options) file(g group, other bool) string {
	if other {
		return filepath.Join(o.out, g.name+"-against.txt")
	}
	return filepath.Join(o.out, g.name+".txt")
}

// report has benchstat print the medians of a group: CPU time on one core, time by
// the clock on all of them. With --against a second column is the other revision.
func (o options) report(g group, w io.Writer) error {
	filters := []string{".unit:(cpu-ns/op OR allocs/op OR peak-bytes OR B/entry)"}
	if g.parallel {
		all := fmt.Sprintf("/gomaxprocs:%d", allCores())
		filters = []string{"-" + all + " " + filters[0], all + " .unit:(ns/op OR peak-bytes)"}
	}
	files := []string{"this=" + o.file(g, false)}
	if o.against != "" {
		files = []string{o.against + "=" + o.file(g, true), files[0]}
	}
	for _, filter := range filters {
		args := []string{"tool", "benchstat", "-filter", filter, "-table", "/gomaxprocs", "-row", "/key,/by", "-col", ".file"}
		text, err := exec.Command("go", append(args, files...)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("benchstat: %w\n%s", err, text)
		}
		fmt.Fprintf(w, "\n```\n%s```\n", text)
	}
	return nil
}
