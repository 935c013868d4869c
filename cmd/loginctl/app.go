package main

import (
	"context"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/help"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// execute takes the command line apart and runs the command it names.
func execute(ctx context.Context, env *terminal.Env, args []string) error {
	env.Redactor = terminal.NewRedactor(args)
	env.JSON = cmdline.AsksForJSON(args) // already now, for errors in the line itself
	commands := named(env, args)
	l, err := cmdline.Parse(commands, args)
	if err != nil {
		return err
	}
	if l.Help || l.Command == nil || len(l.Command.Subcommands) > 0 {
		return help.ShowHelp(env, commands, l)
	}
	return cmdline.App(env, cmdline.Find(commands, l.Path[0])).RunContext(ctx, l.Argv())
}
