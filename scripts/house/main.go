// Command house measures how the project is laid out: packages and the arrows between
// them, files that know each other in circles, the length of functions, the exported
// names, and how its prose reads. Its tests check the bounds in limits.go.
//
//	go run . [ROOT]
//
// prints the table. ROOT is the project's folder, by default the one above scripts.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	root := filepath.Join("..", "..")
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	t, err := open(root, project)
	if err != nil {
		fmt.Fprintln(os.Stderr, "house:", err)
		os.Exit(1)
	}
	t.report(os.Stdout)
}

// report prints a line for each package, area and text.
func (t *tree) report(w io.Writer) {
	fmt.Fprintf(w, "%-32s %5s %6s %8s %6s %21s %8s\n", "package", "files", "lines", "exported", "circle", "functions med/p95/max", "comments")
	for _, p := range t.packagesBelow("pkg", "cmd", "completions") {
		fmt.Fprintf(w, "%-32s %5d %6d %8d %6d %21s %8d\n", p.folder, len(p.sources), p.lines(), len(p.exported()),
			len(largest(p.circles())), spread(p.functionLengths()), commentsOf(p.sources).words())
	}
	for _, area := range []string{"pkg/keys", "pkg/login", "cmd/loginctl"} {
		fmt.Fprintf(w, "%-32s %50s\n", area+" and below", spread(t.areaLengths(area)))
	}
	fmt.Fprintf(w, "\n%-32s %6s  %s\n", "prose", "words", "in a thousand words")
	for _, area := range []string{"pkg", "cmd"} {
		line(w, area+": comments", commentsOf(t.sourcesBelow(area)))
		line(w, area+": errors and help", textsOf(t.sourcesBelow(area)))
	}
	for _, page := range pages {
		text, err := t.page(page)
		if err != nil {
			fmt.Fprintf(w, "%-32s is missing\n", page)
			continue
		}
		line(w, page, pageProse(text))
	}
}

func line(w io.Writer, name string, text *prose) {
	fmt.Fprintf(w, "%-32s %6d  %s\n", name, text.words(), text.rates())
}

// spread returns the median, the 95th percentile and the largest of sorted.
func spread(sorted []int) string {
	return fmt.Sprintf("%d/%d/%d", percentile(sorted, 50), percentile(sorted, 95), percentile(sorted, 100))
}
