package terminal

import (
	"fmt"
	"io"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// TakeStdin returns standard input, to read content from. It can be read only once, so
// a second call is an error.
func (env *Env) TakeStdin(content string) (io.Reader, error) {
	if env.StdinUser != "" {
		return nil, StdinTwice(env.StdinUser, content)
	}
	env.StdinUser = content
	return env.Stdin, nil
}

// StdinTwice is the error for a line that reads two things from standard input.
func StdinTwice(one, other string) error {
	return outcome.Usage(fmt.Sprintf("standard input cannot hold both %s and %s", one, other), "give one of them in a file")
}
