package main

import (
	"fmt"
	"time"

	"github.com/urfave/cli/v2"
)

// tool wraps the one command that is to run for urfave/cli, which would prepare
// all that it is given. Its own help, exits and error texts are switched off:
// usage errors would go to stdout, and an exit would skip finish.
func cliApp(env *app, command *cli.Command) *cli.App {
	return &cli.App{
		Name:                      program,
		Commands:                  []*cli.Command{command},
		HideHelp:                  true,
		HideHelpCommand:           true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true, // a comma in --claim k=a,b belongs to the value
		Reader:                    env.stdin,
		Writer:                    env.stderr,
		ErrWriter:                 env.stderr,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usageError,
		Action:                    groupAction,
		Compiled:                  time.Unix(0, 0), // or cli looks at the file of the program
	}
}

// prepare completes the commands: the flags that all have, and the wiring that
// urfave/cli wants on each of them rather than once.
func prepare(commands []*cli.Command) {
	for _, c := range commands {
		c.HideHelp, c.HideHelpCommand = true, true
		c.OnUsageError = usageError
		if len(c.Subcommands) > 0 {
			c.Action = groupAction
			prepare(c.Subcommands)
			continue
		}
		if !c.SkipFlagParsing {
			c.Flags = append(c.Flags, commonFlags()...)
		}
	}
}

// action reads the flags that all commands have and then runs one. Every command's
// Action is wrapped in it.
func action(env *app, run func(*app, *cli.Context) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		env.json, env.quiet = c.Bool("json"), c.Bool("quiet")
		env.noInput, env.noColor = c.Bool("no-input"), c.Bool("no-color")
		if at := c.String("at"); at != "" {
			t, err := parseTime(at, time.Now())
			if err != nil {
				return usage(fmt.Sprintf("--at: %v", err), "as in --at 2026-11-23T09:00:00Z, --at @1795485776 or --at -1h")
			}
			env.now = func() time.Time { return t }
		}
		return run(env, c)
	}
}

// groupAction and usageError are what urfave/cli falls back on; parseLine has
// refused what would lead here, so they are for what it does not foresee.
func groupAction(c *cli.Context) error {
	return usage("no command given", "for the list of commands: "+program+" help")
}

func usageError(c *cli.Context, err error, _ bool) error {
	return usage("the flags could not be read", "for its flags: "+program+" help "+c.Command.Name)
}
