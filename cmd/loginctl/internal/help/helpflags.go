package help

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// writeFlags lists the flags by category, those of every command last.
func writeFlags(b *strings.Builder, flags []cli.Flag) {
	for _, category := range categories(flags) {
		title := category
		if title == "" {
			title = "Flags"
		}
		b.WriteString("\n" + title + ":\n")
		for _, f := range flags {
			if cmdline.CategoryOf(f) == category && cmdline.VisibleFlag(f) {
				writeFlag(b, f)
			}
		}
	}
}

func categories(flags []cli.Flag) []string {
	var found []string
	seen := map[string]bool{cmdline.CommonCategory: true}
	for _, f := range flags {
		if c := cmdline.CategoryOf(f); !seen[c] {
			seen[c] = true
			found = append(found, c)
		}
	}
	return append(found, cmdline.CommonCategory)
}

// takes reports whether a flag takes a value with one of these names.
func takes(flags []cli.Flag, names ...string) bool {
	return slices.ContainsFunc(flags, func(f cli.Flag) bool {
		_, value, _ := cmdline.DescribeFlag(f)
		return slices.Contains(names, value)
	})
}

// defaultsInUse names the variables that stand for flags of the command now.
func defaultsInUse(env *terminal.Env, l *cmdline.Line) string {
	var b strings.Builder
	for _, d := range cmdline.DefaultsInUse(l.Command, env.LookupEnv) {
		if b.Len() == 0 {
			b.WriteString("\nSet in this environment, and used without the flag:\n")
		}
		b.WriteString("  " + d.Variable + " for --" + d.Flag + "\n")
	}
	return b.String()
}

// writeFlag prints a flag and its usage, which starts at a fixed column.
func writeFlag(b *strings.Builder, f cli.Flag) {
	names, value, usage := cmdline.DescribeFlag(f)
	head := strings.TrimSuffix("  "+strings.Join(names, ", ")+" "+value, " ")
	text := terminal.Wrap(usage, terminal.HelpIndent)
	if len(head) < terminal.HelpIndent-1 {
		b.WriteString(head + text[len(head):])
		return
	}
	b.WriteString(head + "\n" + text)
}
