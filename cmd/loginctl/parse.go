package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// line is a command line taken apart: flags may stand anywhere on it.
// urfave/cli by itself takes every flag after the first argument for another
// argument, so that "verify TOKEN --aud api" would not check the audience.
type line struct {
	path    []string     // the names of the command
	command *cli.Command // the last of them; nil when none is named
	flags   []given
	args    []string
	help    bool
}

// given is one flag as it was written.
type given struct {
	name     string // without dashes
	value    string
	hasValue bool // written as --name=value
}

// argv is the line as urfave/cli wants it: flags before arguments.
func (l *line) argv() []string {
	out := append([]string{program}, l.path...)
	for _, g := range l.flags {
		out = append(out, "--"+g.name+"="+g.value)
	}
	return append(append(out, "--"), l.args...)
}

// parseLine finds the command, its flags and its arguments in args, whose
// first element is the program's name, and refuses whatever does not fit.
func parseLine(commands []*cli.Command, args []string) (*line, error) {
	l := &line{}
	level := commands // where the next word is looked up; nil inside a leaf
	for i := 1; i < len(args); i++ {
		word := args[i]
		switch {
		case l.command != nil && l.command.SkipFlagParsing:
			l.args = append(l.args, args[i:]...)
			return l, nil
		case word == "--":
			l.args = append(l.args, args[i+1:]...)
			i = len(args)
		case len(word) > 1 && word[0] == '-':
			g := split(word)
			if g.name == "help" || g.name == "h" {
				l.help = true
				continue
			}
			if !g.hasValue && takesValue(commands, l.command, g.name) && i+1 < len(args) {
				i++
				g.value, g.hasValue = args[i], true
				if looksLikeFlag(g.value) {
					return nil, missingValue(g.name, g.value)
				}
			}
			l.flags = append(l.flags, g)
		case level != nil && len(l.args) == 0:
			next := find(level, word)
			if next == nil {
				return nil, unknownCommand(l.path, level, word)
			}
			l.command, level = next, next.Subcommands
			l.path = append(l.path, next.Name)
		default:
			l.args = append(l.args, word)
		}
	}
	if l.command == nil && len(l.flags) > 0 && asksVersion(l.flags[0].name) {
		l.command, l.path, l.flags = find(commands, "version"), []string{"version"}, l.flags[1:]
	}
	if l.help || l.command == nil || len(l.command.Subcommands) > 0 {
		return l, l.refuseStray()
	}
	if err := l.checkFlags(); err != nil {
		return nil, err
	}
	if err := l.checkArgs(); err != nil {
		return nil, err
	}
	return l, l.checkStdin()
}

// asksVersion knows the flags that other programs tell their version by.
func asksVersion(name string) bool { return name == "version" || name == "v" || name == "V" }

// refuseStray refuses arguments where no command was named to take them.
func (l *line) refuseStray() error {
	if len(l.args) > 0 && !l.help {
		return usage("no command given", "the command comes first, before --")
	}
	if l.command != nil || l.help {
		return nil
	}
	for _, g := range l.flags {
		if g.name != "json" && g.name != "quiet" && g.name != "q" {
			return usage("no command given", "flags belong to a command: "+program+" help")
		}
	}
	return nil
}

// split takes a flag from the line apart: -name, --name, --name=value.
func split(word string) given {
	name, value, has := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
	return given{name, value, has}
}

// looksLikeFlag tells a flag from a negative number and from "-", standard input.
func looksLikeFlag(s string) bool {
	return len(s) > 1 && s[0] == '-' && (s[1] < '0' || s[1] > '9')
}

func find(commands []*cli.Command, name string) *cli.Command {
	for _, c := range commands {
		if c.HasName(name) {
			return c
		}
	}
	return nil
}

// takesValue looks a flag up in the command, or in all of them while it is not
// known which command it will be: a name means the same everywhere.
func takesValue(commands []*cli.Command, command *cli.Command, name string) bool {
	if command != nil && len(command.Subcommands) == 0 {
		return wantsValue(findFlag(command.Flags, name))
	}
	for _, c := range commands {
		if wantsValue(findFlag(c.Flags, name)) || len(c.Subcommands) > 0 && takesValue(c.Subcommands, nil, name) {
			return true
		}
	}
	return false
}

func findFlag(flags []cli.Flag, name string) cli.Flag {
	for _, f := range flags {
		for _, n := range f.Names() {
			if n == name {
				return f
			}
		}
	}
	return nil
}

func wantsValue(f cli.Flag) bool {
	d, ok := f.(cli.DocGenerationFlag)
	return ok && d.TakesValue()
}

// asksForJSON reports whether --json stands on the line, whatever else is wrong with it.
func asksForJSON(args []string) bool {
	for _, word := range args {
		switch word {
		case "--":
			return false
		case "--json", "-json", "--json=true":
			return true
		}
	}
	return false
}

// title is how messages call the command.
func (l *line) title() string { return strings.Join(l.path, " ") }

// missingValue says that a flag was followed by another flag.
func missingValue(name, next string) error {
	hint := fmt.Sprintf("for a value that starts with a dash write %s=VALUE", dashed(name))
	follower := flagName(split(next).name)
	if follower == "" {
		follower = "another flag"
	}
	return usage(fmt.Sprintf("%s needs a value and is followed by %s", dashed(name), follower), hint)
}
