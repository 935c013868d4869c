package main

import (
	"fmt"
	"slices"
	"strings"
)

// limits are the bounds of the checks.
type limits struct {
	files    int            // in a package
	circle   int            // files that know each other
	median   int            // lines of a function
	p95      int            // lines of a function
	what     float64        // in a thousand words
	nobody   float64        // in a thousand words
	columns  int            // of a comment line, a tab being four
	readme   int            // lines
	promises int            // at least, in SECURITY.md
	words    int            // at least, of a text that has rates
	exported map[string]int // names, by package
}

// project has the bounds of this project. A bound is lowered when the code allows it; it
// is raised only together with a reason in the commit.
var project = limits{
	files:    28,
	circle:   6,
	median:   11,
	p95:      31,
	what:     1.5,
	nobody:   1.0,
	columns:  90,
	readme:   300,
	promises: 80,
	words:    50,
	exported: map[string]int{"pkg/login": 105, "pkg/keys": 92},
}

// check finds the faults of one kind. A fault says where it is, and what to do.
type check struct {
	name string
	find func(*tree) ([]string, error)
}

var checks = []check{
	{"drawing", drawingFaults},
	{"files", sure(fileFaults)},
	{"circles", sure(circleFaults)},
	{"functions", sure(functionFaults)},
	{"exported", sure(exportedFaults)},
	{"comments", sure(commentFaults)},
	{"texts", sure(textFaults)},
	{"columns", sure(columnFaults)},
	{"pages", pageFaults},
	{"readme", readmeFaults},
	{"promises", promiseFaults},
	{"names", nameFaults},
	{"links", linkFaults},
}

// sure makes a check of a function that cannot fail.
func sure(find func(*tree) []string) func(*tree) ([]string, error) {
	return func(t *tree) ([]string, error) { return find(t), nil }
}

func fileFaults(t *tree) []string {
	var found []string
	for _, p := range t.packagesBelow("pkg", "cmd") {
		if n := len(p.sources); n > t.limits.files {
			found = append(found, fmt.Sprintf("%s has %d files, more than %d: move one concern to a package", p.folder, n, t.limits.files))
		}
	}
	return found
}

func circleFaults(t *tree) []string {
	var found []string
	for _, p := range t.packagesBelow("pkg", "cmd") {
		for _, c := range p.circles() {
			if len(c) > t.limits.circle {
				found = append(found, fmt.Sprintf("%s: %d files know each other, more than %d: move the functions that close the circle of %s",
					p.folder, len(c), t.limits.circle, strings.Join(c, " ")))
			}
		}
	}
	return found
}

// functionFaults looks at the functions of an area together: a package of a handful of
// functions has no percentiles.
func functionFaults(t *tree) []string {
	var found []string
	for _, area := range []string{"pkg/keys", "pkg/login", "cmd/loginctl"} {
		lengths := t.areaLengths(area)
		if n := percentile(lengths, 50); n > t.limits.median {
			found = append(found, fmt.Sprintf("%s: the median function has %d lines, more than %d: give parts of long functions a name", area, n, t.limits.median))
		}
		if n := percentile(lengths, 95); n > t.limits.p95 {
			found = append(found, fmt.Sprintf("%s: one function in twenty has %d lines or more, and %d is the bound: split the longest", area, n, t.limits.p95))
		}
	}
	return found
}

// areaLengths returns the lengths of the functions in a folder and those below, sorted.
func (t *tree) areaLengths(area string) []int {
	var lengths []int
	for _, p := range t.packagesBelow(area) {
		lengths = append(lengths, p.functionLengths()...)
	}
	slices.Sort(lengths)
	return lengths
}

func exportedFaults(t *tree) []string {
	var found []string
	for _, p := range t.packages {
		most, bounded := t.limits.exported[p.folder]
		if n := len(p.exported()); bounded && n > most {
			found = append(found, fmt.Sprintf("%s exports %d names, more than %d: unexport some, or move a concept to a package", p.folder, n, most))
		}
	}
	return found
}
