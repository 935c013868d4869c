// Command noop is a urfave/cli program that does nothing: the cost of a
// command before its work.
package main

import (
	"os"

	"github.com/urfave/cli/v2"
)

func main() {
	app := &cli.App{Name: "noop", Commands: []*cli.Command{{
		Name: "version", Action: func(*cli.Context) error { return nil },
	}}}
	if app.Run(os.Args) != nil {
		os.Exit(1)
	}
}
