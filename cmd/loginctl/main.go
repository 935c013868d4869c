// Command loginctl makes keys, mints tokens, and decodes and verifies them. It
// is the command line of the packages keys and login.
package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	_ "time/tzdata" // for systems and containers without zone data

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

func main() {
	outcome.CalledAs(os.Args[0])
	os.Exit(run(context.Background(), terminal.LocalShell().ExpandGlobs(os.Args, filepath.Glob), os.Stdin, os.Stdout, os.Stderr, os.LookupEnv))
}

// run is the whole program. Only the result goes to stdout; notes, warnings and errors
// go to stderr. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, lookup func(string) (string, bool)) int {
	env := terminal.New(stdin, stdout, stderr, lookup)
	return env.Finish(execute(ctx, env, commands(), args))
}
