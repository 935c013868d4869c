package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/scripts/bench/measure"
)

// table is a Markdown table.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(w io.Writer) {
	line := func(cells []string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.head)
	rule := make([]string, len(t.head))
	for i := range rule {
		rule[i] = "---:"
	}
	rule[0] = ":---"
	line(rule)
	for _, r := range t.rows {
		line(r)
	}
	fmt.Fprintln(w)
}

// grid lays results out: a line for each name, a column for each column.
func grid(results measure.Results, cell func(measure.Result) string) *table {
	names, columns := axes(results)
	t := &table{head: append([]string{""}, columns...)}
	for _, name := range names {
		cells := []string{name}
		for _, column := range columns {
			text := "–"
			if r, ok := results.Get(name, column); ok {
				text = cell(r)
			}
			cells = append(cells, text)
		}
		t.add(cells...)
	}
	return t
}

// axes returns the names and the columns of results, each in the order of its first use.
func axes(results measure.Results) (names, columns []string) {
	seen := map[[2]string]bool{}
	once := func(list []string, kind, s string) []string {
		if seen[[2]string{kind, s}] {
			return list
		}
		seen[[2]string{kind, s}] = true
		return append(list, s)
	}
	for _, r := range results {
		names = once(names, "name", r.Name)
		columns = once(columns, "column", r.Column)
	}
	return names, columns
}

// costCell is nanoseconds and allocations of one operation: "1,207 / 10".
func costCell(r measure.Result) string {
	return fmt.Sprintf("%s / %s", number(r.CPU), number(r.Allocs))
}

// wallCell is "261 / 520": on an idle machine with two cores the second is twice the first.
func wallCell(r measure.Result) string {
	if r.ParallelWall == 0 {
		return "–"
	}
	return fmt.Sprintf("%s / %s", number(r.ParallelWall), number(r.ParallelCPU))
}

// number writes v with three digits that matter, or whole with commas.
func number(v float64) string {
	if v < 10 && v != float64(int(v)) {
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	digits := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// ratio writes v with about three digits that matter.
func ratio(v float64) string {
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
