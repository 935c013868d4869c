// Command loginctl makes keys, mints tokens, and decodes and verifies them. It
// is the command line of the packages keys and login.
package main

import (
	"context"
	"io"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr, os.LookupEnv))
}

// run is the whole program: the result goes to stdout and nothing else does,
// all talk goes to stderr, and what it returns is the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, lookup func(string) (string, bool)) int {
	env := newApp(stdin, stdout, stderr, lookup)
	return env.finish(execute(ctx, env, args))
}
