// Package cmdline parses and checks the command line: flags anywhere, suggestions for
// misspelled words, and usage errors that say what to type.
package cmdline

import (
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/urfave/cli/v2"
)

// Line is a parsed command line. Flags may stand anywhere on it: urfave/cli by itself
// reads a flag after the first argument as another argument, so that
// "verify TOKEN --aud api" would not check the audience.
type Line struct {
	Path    []string     // the names of the command
	Command *cli.Command // the last of them; nil if the line names no command
	flags   []WrittenFlag
	args    []string
	Help    bool
}

// WrittenFlag is a flag as it stands on the command line.
type WrittenFlag struct {
	Name     string // without dashes
	value    string
	HasValue bool // written as --name=value
}

// Argv returns the line in the order urfave/cli needs: flags before arguments.
func (l *Line) Argv() []string {
	out := append([]string{outcome.Program}, l.Path...)
	for _, g := range l.flags {
		out = append(out, "--"+g.Name+"="+g.value)
	}
	return append(append(out, "--"), l.args...)
}

// Parse finds the command, its flags and its arguments in args, whose first element is
// the program's name. Anything that does not fit the command is a usage error.
func Parse(commands []*cli.Command, args []string) (*Line, error) {
	l := &Line{}
	level := commands // where the next word is looked up; nil inside a leaf
	for i := 1; i < len(args); i++ {
		word := args[i]
		switch {
		case l.Command != nil && l.Command.SkipFlagParsing:
			l.args = append(l.args, args[i:]...)
			return l, nil
		case word == "--":
			l.args = append(l.args, args[i+1:]...)
			i = len(args)
		case len(word) > 1 && word[0] == '-':
			g := Split(word)
			if g.Name == "help" || g.Name == "h" {
				l.Help = true
				continue
			}
			if !g.HasValue && takesValue(commands, l.Command, g.Name) && i+1 < len(args) {
				i++
				g.value, g.HasValue = args[i], true
				if looksLikeFlag(g.value) {
					return nil, missingValue(g.Name, g.value)
				}
			}
			l.flags = append(l.flags, g)
		case level != nil && len(l.args) == 0:
			next := Find(level, word)
			if next == nil {
				return nil, UnknownCommand(l.Path, level, word)
			}
			l.Command, level = next, next.Subcommands
			l.Path = append(l.Path, next.Name)
		default:
			l.args = append(l.args, word)
		}
	}
	if l.Command == nil && len(l.flags) > 0 && asksVersion(l.flags[0].Name) {
		l.Command, l.Path, l.flags = Find(commands, "version"), []string{"version"}, l.flags[1:]
	}
	if l.Help || l.Command == nil || len(l.Command.Subcommands) > 0 {
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

// asksVersion reports whether a flag asks for the version, as in other programs.
func asksVersion(name string) bool { return name == "version" || name == "v" || name == "V" }

// refuseStray refuses arguments and flags on a line that names no command.
func (l *Line) refuseStray() error {
	if len(l.args) > 0 && !l.Help {
		return outcome.Usage("no command given", "the command comes first, before --")
	}
	if l.Command != nil || l.Help {
		return nil
	}
	for _, g := range l.flags {
		if g.Name != "json" && g.Name != "quiet" && g.Name != "q" {
			return outcome.Usage("no command given", "flags belong to a command: "+outcome.Program+" help")
		}
	}
	return nil
}

// Split splits a flag from the line into name and value: -name, --name, --name=value.
func Split(word string) WrittenFlag {
	name, value, has := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
	return WrittenFlag{name, value, has}
}

// looksLikeFlag reports whether s is a flag: not a negative number, and not "-", which
// stands for standard input.
func looksLikeFlag(s string) bool {
	return len(s) > 1 && s[0] == '-' && (s[1] < '0' || s[1] > '9')
}

// Find returns the command of that name, or nil.
func Find(commands []*cli.Command, name string) *cli.Command {
	for _, c := range commands {
		if c.HasName(name) {
			return c
		}
	}
	return nil
}

// takesValue reports whether a flag takes a value. While the command is not known yet,
// the flags of all commands are searched: a name takes a value on each of them or on
// none, which a test holds.
func takesValue(commands []*cli.Command, command *cli.Command, name string) bool {
	if command != nil && len(command.Subcommands) == 0 {
		return WantsValue(FindFlag(command.Flags, name))
	}
	for _, c := range commands {
		if WantsValue(FindFlag(c.Flags, name)) || len(c.Subcommands) > 0 && takesValue(c.Subcommands, nil, name) {
			return true
		}
	}
	return false
}

// FindFlag returns the flag of that name, or nil.
func FindFlag(flags []cli.Flag, name string) cli.Flag {
	for _, f := range flags {
		for _, n := range f.Names() {
			if n == name {
				return f
			}
		}
	}
	return nil
}

// WantsValue reports whether a flag takes a value.
func WantsValue(f cli.Flag) bool {
	d, ok := f.(cli.DocGenerationFlag)
	return ok && d.TakesValue()
}

// AsksForJSON reports whether --json stands on the line, which may be wrong otherwise.
func AsksForJSON(args []string) bool {
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

// Title returns the command's name for messages: "key inspect".
func (l *Line) Title() string { return strings.Join(l.Path, " ") }

// missingValue is the error for a flag that is followed by another flag.
func missingValue(name, next string) error {
	hint := fmt.Sprintf("for a value that starts with a dash write %s=VALUE", Dashed(name))
	follower := flagName(Split(next).Name)
	if follower == "" {
		follower = "another flag"
	}
	return outcome.Usage(fmt.Sprintf("%s needs a value and is followed by %s", Dashed(name), follower), hint)
}
