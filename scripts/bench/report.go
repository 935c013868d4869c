package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// report keeps the samples of a group and has benchstat print their medians, then
// compares the two revisions.
func (b *bench) report(g group) error {
	file, err := b.keep(g, b.this, "")
	if err != nil || file == "" {
		return err
	}
	for _, filter := range g.tables() {
		if err := b.benchstat(g, filter, file); err != nil {
			return err
		}
	}
	if b.against == "" {
		return nil
	}
	if _, err := b.keep(g, b.other, "-against"); err != nil {
		return err
	}
	b.compare(g)
	return nil
}

// tables are the filters of benchstat, one a table: one core is judged by CPU time
// and all cores by the clock.
func (g group) tables() []string {
	all := fmt.Sprintf("/gomaxprocs:%d", allCores())
	switch {
	case g.runs != "":
		return []string{fmt.Sprintf(".unit:(%s OR %s OR %s)", cpu, wall, rss)}
	case g.parallel:
		return []string{fmt.Sprintf("-%s .unit:(%s OR %s OR %s)", all, cpu, allocs, entry), all + " .unit:" + wall}
	}
	return []string{fmt.Sprintf(".unit:(%s OR %s)", cpu, allocs)}
}

// allCores is how many cores a row uses beside its samples on one.
func allCores() int { return max(2, runtime.NumCPU()) }

// benchstat prints the medians of the samples that a filter chooses.
func (b *bench) benchstat(g group, filter, file string) error {
	across := "/by"
	if g.down == "/by" {
		across = "/key"
	}
	text, err := exec.Command("go", "tool", "benchstat", "-filter", filter,
		"-table", "/gomaxprocs", "-row", g.down, "-col", across, file).CombinedOutput()
	if err != nil {
		return fmt.Errorf("benchstat: %w\n%s", err, text)
	}
	fmt.Fprintf(b.out, "```\n%s```\n\n", text)
	return nil
}

// keep writes the samples of a group in the Go benchmark format.
func (b *bench) keep(g group, s samples, suffix string) (string, error) {
	m := s[g.name]
	if m == nil {
		return "", nil
	}
	head := fmt.Sprintf("goos: %s\ngoarch: %s\ncpu: %s\n", runtime.GOOS, runtime.GOARCH, processor())
	file := filepath.Join(b.options.out, g.name+suffix+".txt")
	return file, os.WriteFile(file, []byte(head+strings.Join(m.lines, "")), 0o644)
}

// compare prints the costs of this tree divided by those of the other revision, for
// each row that both have.
func (b *bench) compare(g group) {
	t := &table{head: []string{"this tree / " + b.against, "cores", "of", "median", "quartiles"}}
	for _, key := range b.this[g.name].ids {
		// One core is judged by CPU time, all cores by the clock.
		if (key.unit == wall) != (key.procs > 1) || key.unit == "B/op" {
			continue
		}
		if r := b.this.of(key).over(b.other.of(key)); len(r) > 0 {
			t.add(key.name, fmt.Sprint(key.procs), key.unit, number(r.median()), r.quartiles())
		}
	}
	t.write(b.out)
}

// table is a Markdown table.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(w io.Writer) {
	for _, cells := range append([][]string{t.head, slices.Repeat([]string{"---"}, len(t.head))}, t.rows...) {
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
	fmt.Fprintln(w)
}
