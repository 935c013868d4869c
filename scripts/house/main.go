// Command house measures how the project is laid out: packages and the arrows between
// them, files that know each other in circles, the length of functions, the exported
// names, and how its prose reads. Its tests hold the bounds.
//
//	go run . [ROOT]
//
// prints the table. ROOT is the project's folder, by default the one above scripts.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := filepath.Join("..", "..")
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	if err := report(root); err != nil {
		fmt.Fprintln(os.Stderr, "house:", err)
		os.Exit(1)
	}
}

// report prints a line for each package.
func report(root string) error {
	packages, err := load(root, "./pkg/...", "./cmd/...")
	if err != nil {
		return err
	}
	fmt.Printf("%-34s %5s %6s %8s %6s %8s %10s\n", "package", "files", "lines", "exported", "circle", "func med", "p95 / max")
	for _, p := range packages {
		lengths := p.functionLengths()
		fmt.Printf("%-34s %5d %6d %8d %6d %8d %6d / %d\n", p.folder, len(p.files), p.lines(), len(p.exported()),
			len(largest(p.circles())), percentile(lengths, 50), percentile(lengths, 95), percentile(lengths, 100))
	}
	fmt.Printf("\n%-34s %6s  %s\n", "prose", "words", "a thousand words")
	for _, text := range []string{"pkg", "cmd"} {
		comments, err := commentsBelow(filepath.Join(root, text))
		if err != nil {
			return err
		}
		fmt.Printf("%-34s %6d  %s\n", text+": comments", comments.words(), comments.rates())
		said, err := stringsBelow(filepath.Join(root, text))
		if err != nil {
			return err
		}
		fmt.Printf("%-34s %6d  %s\n", text+": help and errors", said.words(), said.rates())
	}
	for _, page := range pages {
		text, err := readPage(filepath.Join(root, page))
		if err != nil {
			return err
		}
		fmt.Printf("%-34s %6d  %s\n", page, text.words(), text.rates())
	}
	return nil
}
