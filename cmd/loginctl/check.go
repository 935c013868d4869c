package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// checkFlags holds every flag on the line to what the command knows, and
// writes it by its first name. Nothing is left for urfave/cli to find fault with,
// whose messages repeat values and go to stdout.
func (l *line) checkFlags() error {
	seen := map[string]bool{}
	for i := range l.flags {
		g := &l.flags[i]
		f := findFlag(l.command.Flags, g.name)
		if f == nil {
			return unknownFlag(l, g.name)
		}
		g.name = f.Names()[0]
		if err := checkValue(f, g); err != nil {
			return err
		}
		_, repeatable := f.(*cli.StringSliceFlag)
		if seen[g.name] && wantsValue(f) && !repeatable {
			return usage(fmt.Sprintf("--%s is given twice", g.name), "it takes one value: leave one of them out")
		}
		seen[g.name] = true
	}
	return nil
}

// checkValue refuses a missing or empty value and one of the wrong kind. An
// empty one, or one of blanks, is what an unset shell variable leaves: it must
// never mean "no check".
func checkValue(f cli.Flag, g *given) error {
	if !wantsValue(f) {
		if !g.hasValue {
			g.value = "true"
		}
		if _, err := strconv.ParseBool(g.value); err != nil {
			return usage(fmt.Sprintf("--%s takes no value but true or false", g.name), "say --"+g.name+" by itself, or leave it out")
		}
		return nil
	}
	if !g.hasValue || strings.TrimSpace(g.value) == "" {
		return missing(f, g)
	}
	switch f := f.(type) {
	case *choiceFlag:
		return f.check(g.value)
	case *cli.IntFlag:
		if _, err := strconv.Atoi(g.value); err != nil {
			return usage(fmt.Sprintf("--%s needs a whole number", g.name), "without a unit or a point, as in --"+g.name+" 3")
		}
	}
	return nil
}

// missing says that a flag has no value, and which it takes.
func missing(f cli.Flag, g *given) error {
	_, value, about := describeFlag(f)
	takes := fmt.Sprintf("--%s %s: %s", g.name, value, about)
	if g.hasValue {
		return usage(fmt.Sprintf("--%s needs a value, and the one given is empty", g.name),
			"a shell variable that is not set leaves one; to ask for nothing leave the flag out", takes)
	}
	return usage(fmt.Sprintf("--%s needs a value", g.name), takes)
}

// checkArgs holds the number of arguments to the command's ArgsUsage.
func (l *line) checkArgs() error {
	least, most := arity(l.command.ArgsUsage)
	for i, arg := range l.args {
		if strings.TrimSpace(arg) == "" {
			return usage(l.title()+" was given an empty argument", "a shell variable that is not set leaves one")
		}
		if looksLikeFlag(arg) && !mayStartWithDash(l.command.ArgsUsage, i) {
			return usage("an argument starts with a dash: flags are not read after --",
				"for a file of that name write ./-NAME")
		}
	}
	switch {
	case len(l.args) > most && most == 0:
		return usage(l.title()+" takes no argument", seeHelp(l.title()))
	case len(l.args) > most:
		return usage(fmt.Sprintf("%s takes %s and got %d arguments", l.title(), l.command.ArgsUsage, len(l.args)),
			seeHelp(l.title()))
	case len(l.args) < least:
		return usage(l.title()+" needs "+l.command.ArgsUsage, seeHelp(l.title()))
	}
	return nil
}

// arity reads how many arguments a synopsis such as "PRIVATE PUBLIC" or "[FILE...]" allows.
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

// argumentName returns the name of the argument at index i in a synopsis such
// as "KEY [FILE...]", or "" beyond its end.
func argumentName(synopsis string, i int) string {
	fields := strings.Fields(synopsis)
	if n := len(fields); i >= n && n > 0 && strings.Contains(fields[n-1], "...") {
		i = n - 1
	}
	if i >= len(fields) {
		return ""
	}
	return strings.NewReplacer("[", "", "]", "", "...", "").Replace(fields[i])
}
