// Package cmdline parses and checks the command line: flags anywhere, suggestions for
// misspelled words, and usage errors that say what to type.
package cmdline

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// Parse finds the command, its flags and its arguments in args, whose first element is
// the program's name. Anything that does not fit the command is a usage error. every
// returns all commands, for the hint about a flag that another command has.
func Parse(commands []*cli.Command, every func() []*cli.Command, args []string) (*Line, error) {
	p := &parser{Line: &Line{}, commands: commands, level: commands, rest: args[min(1, len(args)):]}
	for len(p.rest) > 0 {
		if err := p.word(); err != nil {
			return nil, err
		}
	}
	l := p.Line
	if p.raw {
		return l, nil
	}
	if l.Command == nil && len(l.flags) > 0 && asksVersion(l.flags[0].Name) {
		l.Command, l.Path, l.flags = Find(commands, "version"), []string{"version"}, l.flags[1:]
	}
	if l.Help || l.Command == nil || len(l.Command.Subcommands) > 0 {
		return l, l.refuseStray()
	}
	flags := func() error { return l.checkFlags(every) }
	for _, check := range []func() error{flags, l.checkArgs, l.checkStdin} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// parser reads a line word by word.
type parser struct {
	*Line
	commands []*cli.Command
	level    []*cli.Command // the commands to look the next word up in; nil inside a leaf
	rest     []string       // the words that are not read yet
	raw      bool           // the command gets the rest of the line unparsed
}

// word reads the next word, and for a flag its value.
func (p *parser) word() error {
	word := p.rest[0]
	switch {
	case p.Command != nil && p.Command.SkipFlagParsing:
		p.raw = true
		p.args, p.rest = append(p.args, p.rest...), nil
	case word == "--":
		p.literal = len(p.rest) - 1
		p.args, p.rest = append(p.args, p.rest[1:]...), nil
	case strings.HasPrefix(word, "-----BEGIN"):
		return contentGiven("the command")
	case len(word) > 1 && word[0] == '-':
		p.rest = p.rest[1:]
		return p.flag(Split(word))
	case p.level != nil && len(p.args) == 0:
		p.rest = p.rest[1:]
		return p.command(word)
	default:
		p.args, p.rest = append(p.args, word), p.rest[1:]
	}
	return nil
}

// flag adds a flag. Its value is the next word, unless it is written as --name=value.
func (p *parser) flag(g WrittenFlag) error {
	if g.Name == "help" || g.Name == "h" {
		if p.Help || g.HasValue {
			p.flags = append(p.flags, g) // the second one, or --help=TEXT, may be a token
		}
		p.Help = true
		return nil
	}
	if !g.HasValue && len(p.rest) > 0 && takesValue(p.commands, p.Command, g.Name) {
		g.value, g.HasValue, p.rest = p.rest[0], true, p.rest[1:]
		if looksLikeFlag(g.value) && terminal.IsContent(g.value) {
			return contentGiven(Dashed(g.Name))
		}
		if looksLikeFlag(g.value) {
			return missingValue(g.Name, g.value)
		}
	}
	p.flags = append(p.flags, g)
	return nil
}

// command adds the name of a command or subcommand.
func (p *parser) command(word string) error {
	next := Find(p.level, word)
	if next == nil {
		return UnknownCommand(p.Path, p.level, word)
	}
	p.Command, p.level = next, next.Subcommands
	p.Path = append(p.Path, next.Name)
	return nil
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
			return outcome.Usage("no command given", "flags belong to a command: "+outcome.Program()+" help")
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

// missingValue is the error for a flag that is followed by another flag.
func missingValue(name, next string) error {
	hint := fmt.Sprintf("for a value that starts with a dash write %s=VALUE", Dashed(name))
	follower := flagName(Split(next).Name)
	if follower == "" {
		follower = "another flag"
	}
	return outcome.Usage(fmt.Sprintf("%s needs a value and is followed by %s", Dashed(name), follower), hint)
}
