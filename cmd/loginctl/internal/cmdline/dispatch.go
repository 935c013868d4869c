package cmdline

import (
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
)

// App wraps the command that will run for urfave/cli, which prepares every command it
// is given. Its own help, exits and error texts are switched off: usage errors would go
// to stdout, and an exit would skip [terminal.Env.Finish].
func App(env *terminal.Env, command *cli.Command) *cli.App {
	return &cli.App{
		Name:                      outcome.Program(),
		Commands:                  []*cli.Command{command},
		HideHelp:                  true,
		HideHelpCommand:           true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true, // a comma in --claim k=a,b belongs to the value
		Reader:                    env.Stdin,
		Writer:                    env.Stderr,
		ErrWriter:                 env.Stderr,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usageError,
		Action:                    groupAction,
		Compiled:                  time.Unix(0, 0), // otherwise cli reads the modification time of the program
	}
}

// Prepare completes the commands: it adds the common flags, and the settings that
// urfave/cli needs on each command.
func Prepare(commands []*cli.Command) {
	for _, c := range commands {
		c.HideHelp, c.HideHelpCommand = true, true
		c.OnUsageError = usageError
		c.UsageText = unindent(c.UsageText)
		if len(c.Subcommands) > 0 {
			c.Action = groupAction
			Prepare(c.Subcommands)
			continue
		}
		if !c.SkipFlagParsing {
			c.Flags = append(c.Flags, CommonFlags()...)
		}
	}
}

// unindent takes the indentation of the source off a raw string, and its first newline.
func unindent(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}

// Action returns the action of a command: it reads the flags that every command has
// into env, and calls run.
func Action(env *terminal.Env, run func(*terminal.Env, *cli.Context) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		env.JSON, env.Quiet = c.Bool("json"), c.Bool("quiet")
		env.NoInput, env.Color = c.Bool("no-input"), c.String("color")
		if c.Bool("no-color") {
			if env.Color == "always" {
				return outcome.Usage("--color always and --no-color are both given", GiveOnce)
			}
			env.Color = "never"
		}
		if at := c.String("at"); at != "" {
			t, err := timetext.ParseTime(at, time.Now())
			if err != nil {
				return outcome.Usage(fmt.Sprintf("--at: %v", err), "as in --at 2026-11-23T09:00:00Z, --at @1795485776 or --at -1h")
			}
			env.Now = func() time.Time { return t }
		}
		return run(env, c)
	}
}

// groupAction and usageError are fallbacks that urfave/cli calls. Parse should have
// rejected the line.
func groupAction(c *cli.Context) error {
	return outcome.Usage("no command given", "for the list of commands: "+outcome.Program()+" help")
}

func usageError(c *cli.Context, err error, _ bool) error {
	return outcome.Usage("the flags could not be read", "for its flags: "+outcome.Program()+" help "+c.Command.Name)
}
