package cmdline

import (
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

// Title returns the command's name for messages: "key inspect".
func (l *Line) Title() string { return strings.Join(l.Path, " ") }
