package cmdline

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// CategoryOf returns the heading that help lists a flag under.
func CategoryOf(f cli.Flag) string {
	if c, ok := f.(cli.CategorizableFlag); ok {
		return c.GetCategory()
	}
	return ""
}

// VisibleFlag reports whether help shows a flag.
func VisibleFlag(f cli.Flag) bool {
	v, ok := f.(cli.VisibleFlag)
	return !ok || v.IsVisible()
}

// DescribeFlag returns a flag's names as they are typed, the placeholder of its value
// (empty for a flag without one), and the text of its help.
func DescribeFlag(f cli.Flag) (names []string, value, usage string) {
	for _, n := range f.Names() {
		names = append(names, Dashed(n))
	}
	d := f.(cli.DocGenerationFlag)
	usage = d.GetUsage()
	if WantsValue(f) {
		value, usage = Placeholder(usage)
	}
	if c, ok := f.(Chooser); ok {
		usage += ": " + strings.Join(c.Choices(), ", ")
	}
	if text := d.GetDefaultText(); WantsValue(f) && text != `""` && text != "0" && text != "" {
		usage += " (default " + strings.Trim(text, `"`) + ")"
	}
	return names, value, usage
}

// Placeholder returns the name of the value, which a usage text begins with between
// backquotes, and the text behind it: help does not say the name twice.
func Placeholder(usage string) (value, text string) {
	before, rest, ok := strings.Cut(usage, "`")
	if !ok {
		return "VALUE", usage
	}
	value, after, _ := strings.Cut(rest, "`")
	return value, strings.TrimSpace(before + after)
}
