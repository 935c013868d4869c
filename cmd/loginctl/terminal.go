package main

import (
	"os"

	"golang.org/x/term"
)

// isTerminal reports whether a stream is a terminal; one that is no file is none.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// set returns an environment variable; an empty one counts as not set.
func (env *app) set(name string) (string, bool) {
	value, ok := env.env(name)
	return value, ok && value != ""
}

// interactive reports whether a person can be asked: not with --no-input, nor in CI.
func (env *app) interactive() bool {
	ci, _ := env.set("CI")
	return !env.noInput && (ci == "" || ci == "false" || ci == "0")
}

// color reports whether a stream is to be coloured (https://no-color.org).
func (env *app) color(stream any) bool {
	_, no := env.set("NO_COLOR")
	dumb, _ := env.set("TERM")
	return !env.noColor && !no && dumb != "dumb" && isTerminal(stream)
}

// paint colours text for a stream: green for what is good, red for what is not.
func (env *app) paint(stream any, good bool, text string) string {
	if !env.color(stream) {
		return text
	}
	if good {
		return "\x1b[32m" + text + "\x1b[0m"
	}
	return "\x1b[1;31m" + text + "\x1b[0m"
}
