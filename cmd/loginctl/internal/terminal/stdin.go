package terminal

import (
	"fmt"
	"io"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// TakeStdin hands out standard input to one reader: it can be read only once.
func (env *Env) TakeStdin(what string) (io.Reader, error) {
	if env.StdinUser != "" {
		return nil, StdinTwice(env.StdinUser, what)
	}
	env.StdinUser = what
	return env.Stdin, nil
}

func StdinTwice(one, other string) error {
	return outcome.Usage(fmt.Sprintf("standard input cannot hold both %s and %s", one, other), "give one of them in a file")
}
