package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/urfave/cli/v2"
)

// app is one run of the program: its streams, its environment and its clock.
// A command writes what it found to result, which reaches stdout only if the
// command succeeds (or under --json), so that a failed command prints no half answer.
type app struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	env    func(string) (string, bool)
	now    func() time.Time

	json    bool // --json
	quiet   bool // --quiet
	noInput bool // --no-input
	noColor bool // --no-color

	private   *redactor // what of the command line is not repeated
	result    bytes.Buffer
	stdinUser string // what reads standard input; it can be read once
}

func newApp(stdin io.Reader, stdout, stderr io.Writer, env func(string) (string, bool)) *app {
	return &app{stdin: stdin, stdout: stdout, stderr: stderr, env: env, now: time.Now}
}

// execute takes the command line apart and runs the command it names.
func (a *app) execute(ctx context.Context, args []string) error {
	commands := commands(a)
	prepare(commands)
	a.private = newRedactor(args)
	a.json = asksForJSON(args) // already now, for errors in the line itself
	l, err := parseLine(commands, args)
	if err != nil {
		return err
	}
	if l.help || l.command == nil || len(l.command.Subcommands) > 0 {
		return showHelp(a, commands, l)
	}
	return cliApp(a, find(commands, l.path[0])).RunContext(ctx, l.argv())
}

// tool wraps the one command that is to run for urfave/cli, which would prepare
// all that it is given. Its own help, exits and error texts are switched off:
// usage errors would go to stdout, and an exit would skip finish.
func cliApp(a *app, command *cli.Command) *cli.App {
	return &cli.App{
		Name:                      program,
		Commands:                  []*cli.Command{command},
		HideHelp:                  true,
		HideHelpCommand:           true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true, // a comma in --claim k=a,b belongs to the value
		Reader:                    a.stdin,
		Writer:                    a.stderr,
		ErrWriter:                 a.stderr,
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
func action(a *app, run func(*app, *cli.Context) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		a.json, a.quiet = c.Bool("json"), c.Bool("quiet")
		a.noInput, a.noColor = c.Bool("no-input"), c.Bool("no-color")
		if at := c.String("at"); at != "" {
			t, err := parseTime(at, time.Now())
			if err != nil {
				return usage(fmt.Sprintf("--at: %v", err), "as in --at 2026-11-23T09:00:00Z, --at @1795485776 or --at -1h")
			}
			a.now = func() time.Time { return t }
		}
		return run(a, c)
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

// finish prints the result or the error and returns the exit code.
func (a *app) finish(err error) int {
	f := classify(err)
	if f != nil && !f.keep {
		a.result.Reset()
		if a.json {
			a.writeJSON(a.errorDocument(f))
		}
	}
	if a.result.Len() > 0 {
		if _, err := a.stdout.Write(a.result.Bytes()); err != nil && f == nil {
			f = classify(fmt.Errorf("writing the result: %w", err))
		}
	}
	if f == nil {
		return exitOK
	}
	a.complain(f)
	return f.exit
}
