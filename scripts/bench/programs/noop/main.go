// Command noop is a urfave/cli program that does nothing: what a command costs
// before it does its work.
package main

import (
	"os"

	"github.com/urfave/cli/v2"
)

func main() {
	app := &cli.App{Name: "noop", Commands: []*cli.Command{{
		Name:   "version",
		Action: func(*cli.Context) error { return nil },
	}}}
	if app.Run(os.Args) != nil {
		os.Exit(1)
	}
}
