package main

import (
	"fmt"
	"io"
)

// takeStdin hands out standard input to one reader: it can be read only once.
func (env *app) takeStdin(what string) (io.Reader, error) {
	if env.stdinUser != "" {
		return nil, heldTwice(env.stdinUser, what)
	}
	env.stdinUser = what
	return env.stdin, nil
}

func heldTwice(one, other string) error {
	return usage(fmt.Sprintf("standard input cannot hold both %s and %s", one, other), "give one of them in a file")
}
