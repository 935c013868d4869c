package cmdline

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// Line is a parsed command line. Flags may stand anywhere on it: urfave/cli by itself
// reads a flag after the first argument as another argument, so that
// "verify TOKEN --aud api" would not check the audience.
type Line struct {
	Path    []string     // the names of the command
	Command *cli.Command // the last of them; nil if the line names no command
	flags   []WrittenFlag
	args    []string
	literal int  // the number of args that stand behind --
	Help    bool // --help or -h stands on the line
}

// WrittenFlag is a flag as it stands on the command line.
type WrittenFlag struct {
	Name     string // without dashes
	value    string
	HasValue bool // written as --name=value
}

// Argv returns the line in the order urfave/cli needs: flags before arguments.
func (l *Line) Argv() []string {
	out := append([]string{outcome.Program()}, l.Path...)
	for _, g := range l.flags {
		out = append(out, "--"+g.Name+"="+g.value)
	}
	return append(append(out, "--"), l.args...)
}

// Beside reports whether the line has another word beside the names of the command and
// --help. Such a line asks for more than help: a token that reads --help stands on it
// in the same way, and must not end as a valid one.
func (l *Line) Beside() bool {
	names := l.Command != nil && l.Command.Name == "help" && l.literal == 0 // its arguments are names of commands
	return len(l.flags) > 0 || len(l.args) > 0 && !names || l.literal > 0
}

// Literals returns the number of arguments behind "--". Such an argument is the token or
// the claims, never the name of a source.
func (l *Line) Literals() int { return l.literal }

// Title returns the command's name for messages: "key inspect".
func (l *Line) Title() string { return strings.Join(l.Path, " ") }
