package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

const (
	helpWidth  = 80
	helpIndent = 24
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

func categoryOf(f cli.Flag) string {
	if c, ok := f.(cli.CategorizableFlag); ok {
		return c.GetCategory()
	}
	return ""
}

func visibleFlag(f cli.Flag) bool {
	v, ok := f.(cli.VisibleFlag)
	return !ok || v.IsVisible()
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

// describeFlag returns a flag's names as they are typed, the name of its
// value if it takes one, and what it does.
func describeFlag(f cli.Flag) (names []string, value, usage string) {
	for _, n := range f.Names() {
		names = append(names, dashed(n))
	}
	d := f.(cli.DocGenerationFlag)
	usage = d.GetUsage()
	if wantsValue(f) {
		value, usage = placeholder(usage)
	}
	if c, ok := f.(*choiceFlag); ok {
		usage += ": " + strings.Join(c.words, ", ")
	}
	if text := d.GetDefaultText(); wantsValue(f) && text != `""` && text != "0" && text != "" {
		usage += " (default " + strings.Trim(text, `"`) + ")"
	}
	return names, value, usage
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// placeholder finds the name of the value in a usage text: the word between backquotes.
func placeholder(usage string) (value, text string) {
	before, rest, ok := strings.Cut(usage, "`")
	if !ok {
		return "VALUE", usage
	}
	value, after, _ := strings.Cut(rest, "`")
	return value, before + value + after
}

// wrap fills lines of at most 80 columns, each starting at column indent.
func wrap(text string, indent int) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		switch {
		case column == 0:
			b.WriteString(strings.Repeat(" ", indent))
			column = indent
		case column+1+len(word) > helpWidth:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String() + "\n"
}
