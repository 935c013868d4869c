package terminal

import (
	"os"

	"golang.org/x/term"
)

// IsTerminal reports whether a stream is a file that is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Variable returns an environment variable. An empty one counts as not set.
func (env *Env) Variable(name string) (string, bool) {
	value, ok := env.LookupEnv(name)
	return value, ok && value != ""
}

// interactive reports whether a person can be asked: not with --no-input or in CI.
func (env *Env) interactive() bool {
	ci, _ := env.Variable("CI")
	return !env.NoInput && (ci == "" || ci == "false" || ci == "0")
}

// color reports whether output to a stream is coloured: as --color says, or as NO_COLOR
// and FORCE_COLOR do (https://no-color.org, https://force-color.org), which holds for
// files too, or else on a terminal.
func (env *Env) color(stream any) bool {
	_, no := env.Variable("NO_COLOR")
	force, _ := env.Variable("FORCE_COLOR")
	dumb, _ := env.Variable("TERM")
	switch {
	case env.Color == "always":
	case env.Color == "never", no:
		return false
	case force != "" && force != "0" && force != "false":
	case dumb == "dumb", !IsTerminal(stream):
		return false
	}
	return !IsTerminal(stream) || colors(stream.(*os.File))
}

// PaintLevel colours the level of a finding: error red, warn yellow, note green.
func (env *Env) PaintLevel(stream any, level string) string {
	if level == "warn" && env.color(stream) {
		return "\x1b[33m" + level + "\x1b[0m"
	}
	return env.Paint(stream, level == "note", level)
}

// Paint colours text for a stream: green if good, otherwise red.
func (env *Env) Paint(stream any, good bool, text string) string {
	if !env.color(stream) {
		return text
	}
	if good {
		return "\x1b[32m" + text + "\x1b[0m"
	}
	return "\x1b[1;31m" + text + "\x1b[0m"
}
