package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// writeFlags lists the flags by category: the command's own first, those of
// every command last.
func writeFlags(b *strings.Builder, flags []cli.Flag) {
	for _, category := range categories(flags) {
		title := category
		if title == "" {
			title = "Flags"
		}
		b.WriteString("\n" + title + ":\n")
		for _, f := range flags {
			if categoryOf(f) == category && visibleFlag(f) {
				writeFlag(b, f)
			}
		}
	}
}

func categories(flags []cli.Flag) []string {
	var found []string
	seen := map[string]bool{commonCategory: true}
	for _, f := range flags {
		if c := categoryOf(f); !seen[c] {
			seen[c] = true
			found = append(found, c)
		}
	}
	return append(found, commonCategory)
}

// writeFlag prints a flag and what it does, which starts at a fixed column.
func writeFlag(b *strings.Builder, f cli.Flag) {
	names, value, usage := describeFlag(f)
	head := strings.TrimSuffix("  "+strings.Join(names, ", ")+" "+value, " ")
	text := wrap(usage, helpIndent)
	if len(head) < helpIndent-1 {
		b.WriteString(head + text[len(head):])
		return
	}
	b.WriteString(head + "\n" + text)
}
