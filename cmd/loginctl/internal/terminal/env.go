package terminal

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// Env is one run of the program: its streams, its environment and its clock.
// A command writes what it found to result, which reaches stdout only if the
// command succeeds (or under --json), so that a failed command prints no half answer.
type Env struct {
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	LookupEnv func(string) (string, bool)
	Now       func() time.Time

	JSON    bool // --json
	Quiet   bool // --quiet
	NoInput bool // --no-input
	NoColor bool // --no-color

	Redactor  *Redactor // what of the command line is not repeated
	Result    bytes.Buffer
	StdinUser string // what reads standard input; it can be read once
}

func New(stdin io.Reader, stdout, stderr io.Writer, lookup func(string) (string, bool)) *Env {
	return &Env{Stdin: stdin, Stdout: stdout, Stderr: stderr, LookupEnv: lookup, Now: time.Now}
}

// Finish prints the result or the error and returns the exit code.
func (env *Env) Finish(err error) int {
	f := outcome.Classify(err)
	if f != nil && !f.KeepResult {
		env.Result.Reset()
		if env.JSON {
			env.WriteJSON(env.document(f))
		}
	}
	if env.Result.Len() > 0 {
		if _, err := env.Stdout.Write(env.Result.Bytes()); err != nil && f == nil {
			f = outcome.Classify(fmt.Errorf("writing the result: %w", err))
		}
	}
	if f == nil {
		return outcome.ExitOK
	}
	env.printFailure(f)
	return f.Exit
}
