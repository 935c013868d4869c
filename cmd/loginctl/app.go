package main

import "context"

// execute takes the command line apart and runs the command it names.
func execute(ctx context.Context, env *app, args []string) error {
	env.private = newRedactor(args)
	env.json = asksForJSON(args) // already now, for errors in the line itself
	commands := named(env, args)
	l, err := parseLine(commands, args)
	if err != nil {
		return err
	}
	if l.help || l.command == nil || len(l.command.Subcommands) > 0 {
		return showHelp(env, commands, l)
	}
	return cliApp(env, find(commands, l.path[0])).RunContext(ctx, l.argv())
}
