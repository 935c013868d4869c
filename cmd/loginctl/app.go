package main

import (
	"context"
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/help"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// execute parses the command line and runs the command it names. Only the commands
// of table that the line needs are built.
func execute(ctx context.Context, env *terminal.Env, table []entry, args []string) error {
	// Before the line is parsed: its own errors must be redacted, and JSON under --json.
	env.Redactor = terminal.NewRedactor(args)
	env.JSON = cmdline.AsksForJSON(args)
	built := build(env, table, args)
	l, err := cmdline.Parse(built, func() []*cli.Command { return all(env, table) }, args)
	if err != nil {
		return err
	}
	if l.Help || l.Command == nil || len(l.Command.Subcommands) > 0 {
		return help.ShowHelp(env, built, l)
	}
	used, words, err := l.AddDefaults(env.LookupEnv)
	env.Redactor = terminal.NewRedactor(append(args[:len(args):len(args)], words...))
	if err != nil {
		return err
	}
	env.Defaults, env.Literals, env.StdinNamed = used, l.Literals(), l.ReadsStdin()
	return cmdline.App(env, cmdline.Find(built, l.Path[0])).RunContext(ctx, l.Argv())
}
