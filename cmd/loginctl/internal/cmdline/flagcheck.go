package cmdline

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/urfave/cli/v2"
)

// checkFlags checks every flag on the line against the command, and replaces an alias
// by the flag's first name. urfave/cli must find no errors of its own: its messages
// repeat values and go to stdout.
func (l *Line) checkFlags() error {
	seen := map[string]bool{}
	for i := range l.flags {
		g := &l.flags[i]
		f := FindFlag(l.Command.Flags, g.Name)
		if f == nil {
			return unknownFlag(l, g.Name)
		}
		g.Name = f.Names()[0]
		if err := checkValue(f, g); err != nil {
			return err
		}
		_, repeatable := f.(*cli.StringSliceFlag)
		if seen[g.Name] && WantsValue(f) && !repeatable {
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
	case *ChoiceFlag:
		return f.check(g.value)
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

// checkArgs checks the number of arguments against the command's ArgsUsage.
func (l *Line) checkArgs() error {
	least, most := arity(l.Command.ArgsUsage)
	for i, arg := range l.args {
		if strings.TrimSpace(arg) == "" {
			return outcome.Usage(l.Title()+" was given an empty argument", "a shell variable that is not set leaves one")
		}
		if looksLikeFlag(arg) && !mayStartWithDash(l.Command.ArgsUsage, i) {
			return outcome.Usage("an argument starts with a dash: flags are not read after --",
				"for a file of that name write ./-NAME")
		}
	}
	switch {
	case len(l.args) > most && most == 0:
		return outcome.Usage(l.Title()+" takes no argument", outcome.SeeHelp(l.Title()))
	case len(l.args) > most:
		return outcome.Usage(fmt.Sprintf("%s takes %s and got %d arguments", l.Title(), l.Command.ArgsUsage, len(l.args)),
			outcome.SeeHelp(l.Title()))
	case len(l.args) < least:
		return outcome.Usage(l.Title()+" needs "+l.Command.ArgsUsage, outcome.SeeHelp(l.Title()))
	}
	return nil
}

// arity returns how many arguments a synopsis such as "PRIVATE PUBLIC" or "[FILE...]"
// allows.
func arity(synopsis string) (least, most int) {
	const many = 1 << 20
	for _, word := range strings.Fields(synopsis) {
		optional := strings.HasPrefix(word, "[")
		if !optional {
			least++
		}
		if strings.Contains(word, "...") {
			most = many
		} else if most < many {
			most++
		}
	}
	return least, most
}

// ArgumentName returns the name of the argument at index i in a synopsis such
// as "KEY [FILE...]", or "" beyond its end.
func ArgumentName(synopsis string, i int) string {
	fields := strings.Fields(synopsis)
	if n := len(fields); i >= n && n > 0 && strings.Contains(fields[n-1], "...") {
		i = n - 1
	}
	if i >= len(fields) {
		return ""
	}
	return strings.NewReplacer("[", "", "]", "", "...", "").Replace(fields[i])
}
