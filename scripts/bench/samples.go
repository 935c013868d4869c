package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// id names one measured number: Verify/key=HS256/by=loginctl, on so many cores.
type id struct {
	name  string
	procs int
	unit  string
}

// samples are the numbers of one revision, by group.
type samples map[string]*measured

// measured is one group: the lines as the benchmarks printed them, and the numbers
// of each row in the order of the rounds.
type measured struct {
	lines  []string
	ids    []id // in the order of their first number
	series map[id]series
}

// cores is the end of a benchmark's name when it ran on more than one.
var cores = regexp.MustCompile(`^Benchmark(.*?)(?:-(\d+))?$`)

// read takes the lines of benchmarks over.
func (s samples) read(group, text string) {
	if s[group] == nil {
		s[group] = &measured{series: map[id]series{}}
	}
	m := s[group]
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(line, "Benchmark") {
			continue
		}
		m.lines = append(m.lines, line)
		name := cores.FindStringSubmatch(fields[0])
		procs := 1
		if name[2] != "" {
			procs, _ = strconv.Atoi(name[2])
		}
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				continue
			}
			key := id{name[1], procs, fields[i+1]}
			if m.series[key] == nil {
				m.ids = append(m.ids, key)
			}
			m.series[key] = append(m.series[key], value)
		}
	}
}

// of returns the numbers of a row of a group, nil if it was not measured.
func (s samples) of(key id) series {
	group, _, _ := strings.Cut(key.name, "/")
	if m := s[strings.ToLower(group)]; m != nil {
		return m.series[key]
	}
	return nil
}

// series is a number as it was measured in each round.
type series []float64

// median is the middle of a series.
func (s series) median() float64 { return s.quantile(0.5) }

// quantile is the value below which a part of the series lies.
func (s series) quantile(part float64) float64 {
	sorted := slices.Sorted(slices.Values(s))
	at := part * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// quartiles is where the middle half of a series lies: "0.98–1.03".
func (s series) quartiles() string {
	return number(s.quantile(0.25)) + "–" + number(s.quantile(0.75))
}

// over divides round by round. A slow minute of the machine falls on both numbers
// of a round, and so leaves their ratio alone.
func (s series) over(other series) series {
	if len(s) != len(other) || slices.Contains(other, 0) {
		return nil
	}
	ratios := make(series, len(s))
	for i := range s {
		ratios[i] = s[i] / other[i]
	}
	return ratios
}

// number writes v with about three digits that matter.
func number(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case v >= 0.1:
		return strconv.FormatFloat(v, 'f', 2, 64)
	default:
		return strconv.FormatFloat(v, 'f', 4, 64)
	}
}
