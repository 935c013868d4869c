package main

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// app is one run of the program: its streams, its environment and its clock.
// A command writes what it found to result, which reaches stdout only if the
// command succeeds (or under --json), so that a failed command prints no half answer.
type app struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	env    func(string) (string, bool)
	now    func() time.Time

	json    bool // --json
	quiet   bool // --quiet
	noInput bool // --no-input
	noColor bool // --no-color

	private   *redactor // what of the command line is not repeated
	result    bytes.Buffer
	stdinUser string // what reads standard input; it can be read once
}

func newApp(stdin io.Reader, stdout, stderr io.Writer, lookup func(string) (string, bool)) *app {
	return &app{stdin: stdin, stdout: stdout, stderr: stderr, env: lookup, now: time.Now}
}

// finish prints the result or the error and returns the exit code.
func (env *app) finish(err error) int {
	f := classify(err)
	if f != nil && !f.keep {
		env.result.Reset()
		if env.json {
			env.writeJSON(env.errorDocument(f))
		}
	}
	if env.result.Len() > 0 {
		if _, err := env.stdout.Write(env.result.Bytes()); err != nil && f == nil {
			f = classify(fmt.Errorf("writing the result: %w", err))
		}
	}
	if f == nil {
		return exitOK
	}
	env.complain(f)
	return f.exit
}
