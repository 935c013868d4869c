// Package terminal has the environment of a run and everything that is said on it:
// output, prompts, escaping, redaction, colour and progress.
package terminal

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// Env is one run of the program: its streams, its environment and its clock. A command
// writes its answer to Result, which reaches stdout only if the command succeeds or the
// failure keeps it: a failed command prints no half answer.
type Env struct {
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	LookupEnv func(string) (string, bool)
	Now       func() time.Time

	JSON    bool   // --json
	Quiet   bool   // --quiet
	NoInput bool   // --no-input
	Color   string // --color: always, never, or as the streams and variables say

	Literals   int  // the number of arguments behind "--", which are never sources
	StdinNamed bool // an argument or a flag reads standard input

	Defaults map[string]string // the variable of each flag that a variable stands for

	Redactor *Redactor // hides private words of the command line
	Result   bytes.Buffer
	closing  string // the last note of the run

	StdinUser string // the content that standard input was read for; it can be read once
}

// New returns the run of a program with these streams and variables. Its clock is the
// system's.
func New(stdin io.Reader, stdout, stderr io.Writer, lookup func(string) (string, bool)) *Env {
	return &Env{Stdin: stdin, Stdout: stdout, Stderr: stderr, LookupEnv: lookup, Now: time.Now}
}

// Finish prints the result or the error and returns the exit code.
func (env *Env) Finish(err error) int {
	f := outcome.Classify(err)
	env.warnOfUnread()
	if f != nil && !f.KeepResult {
		env.Result.Reset()
		if env.JSON {
			env.WriteJSON(env.document(f))
		}
	}
	if env.Result.Len() > 0 {
		if err := env.writeResult(); err != nil && f == nil {
			f = outcome.Classify(err)
		}
	}
	if env.closing != "" {
		env.Note("%s", env.closing)
	}
	if f == nil {
		return outcome.ExitOK
	}
	env.printFailure(f)
	return f.Exit
}

func (env *Env) writeResult() error {
	if err := env.CheckOut(); err != nil {
		return err
	}
	if _, err := env.Stdout.Write(env.Result.Bytes()); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}
