package cmdline

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// checkFlags checks every flag on the line against the command, and replaces an alias
// by the flag's first name. urfave/cli must find no errors of its own: its messages
// repeat values and go to stdout.
func (l *Line) checkFlags(every func() []*cli.Command) error {
	seen := map[string]bool{}
	for i := range l.flags {
		g := &l.flags[i]
		f := FindFlag(l.Command.Flags, g.Name)
		if f == nil {
			return l.unknownFlag(*g, every())
		}
		g.Name = f.Names()[0]
		if err := checkValue(f, g); err != nil {
			return err
		}
		if seen[g.Name] && WantsValue(f) && !Repeatable(f) {
			return outcome.Usage(fmt.Sprintf("--%s is given twice", g.Name), "it takes one value: leave one of them out")
		}
		seen[g.Name] = true
	}
	return nil
}

// checkValue refuses a missing value, an empty one and one of the wrong kind. An unset
// shell variable leaves an empty value, or blanks: that must never mean "no check".
func checkValue(f cli.Flag, g *WrittenFlag) error {
	if !WantsValue(f) {
		if !g.HasValue {
			g.value = "true"
		}
		if _, err := strconv.ParseBool(g.value); err != nil {
			return outcome.Usage(fmt.Sprintf("--%s takes no value but true or false", g.Name), "say --"+g.Name+" by itself, or leave it out")
		}
		return nil
	}
	if !g.HasValue || strings.TrimSpace(g.value) == "" {
		return noValue(f, g)
	}
	switch f := f.(type) {
	case *cli.StringFlag:
		if f.TakesFile && terminal.IsContent(g.value) {
			return contentGiven(Dashed(g.Name))
		}
	case Chooser:
		return checkChoice(f, g)
	case *cli.IntFlag:
		if _, err := strconv.Atoi(g.value); err != nil {
			return outcome.Usage(fmt.Sprintf("--%s needs a whole number", g.Name), "without a unit or a point, as in --"+g.Name+" 3")
		}
	}
	return nil
}

// noValue is the error for a flag without its value. The hint describes the value.
func noValue(f cli.Flag, g *WrittenFlag) error {
	_, value, about := DescribeFlag(f)
	takes := fmt.Sprintf("--%s %s: %s", g.Name, value, about)
	if g.HasValue {
		return outcome.Usage(fmt.Sprintf("--%s needs a value, and the one given is empty", g.Name),
			"a shell variable that is not set leaves one; to ask for nothing leave the flag out", takes)
	}
	return outcome.Usage(fmt.Sprintf("--%s needs a value", g.Name), takes)
}

// contentGiven is the error for a key, or another text, where the name of a file belongs.
// It repeats nothing of the text.
func contentGiven(taker string) error {
	way := taker + " "
	if !strings.HasPrefix(taker, "-") {
		way = ""
	}
	return outcome.Usage(taker+" takes the name of a file, and was given the text of one",
		fmt.Sprintf(`printf %%s "$KEY" | %s … %s-, or %senv:KEY`, outcome.Program(), way, way))
}
