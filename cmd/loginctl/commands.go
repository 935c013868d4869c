package main

import "github.com/urfave/cli/v2"

// commands lists every command in the order help shows them.
//
// To add one: write a file named for it with a method that returns its
// *cli.Command, and add the method here. In the command,
//
//   - Usage is the one line of the list; Description explains; UsageText holds
//     the examples, one a line, without "loginctl" before them;
//   - ArgsUsage names the arguments and is enforced: "" none, "[TOKEN]" at most
//     one, "FILE" exactly one, "FILE..." one or more, "[FILE...]" any number;
//   - Flags are the command's own; [commonFlags] are added, and flags.go has
//     those that several share. A flag name takes a value everywhere or nowhere;
//   - Action is a.start(a.doIt). It writes to a.result, talks with a.note and
//     a.warn, and returns an error: [classify] finds its word, exit code and hint,
//     [usage] makes one for a wrong command line. Under --json it writes one
//     object with a schema, with a.writeJSON.
//
// A group is a command with Subcommands and nothing else. A command with
// SkipFlagParsing gets the rest of the line as it is.
func commands() []command {
	return []command{
		{"keygen", keygenCommand},
		{"mint", mintCommand},
		{"decode", decodeCommand},
		{"verify", verifyCommand},
		{"cookie", cookieCommand},
		{"key", keyCommand},
		{"jwks", jwksCommand},
		{"lint", lintCommand},
		{"completion", completionCommand},
		{"help", func(env *app) *cli.Command { return helpCommand(env, func() []*cli.Command { return all(env) }) }},
		{"version", versionCommand},
		{"man", func(env *app) *cli.Command { return manCommand(env, func() []*cli.Command { return all(env) }) }},
		{"__complete", func(env *app) *cli.Command { return completeCommand(env, func() []*cli.Command { return all(env) }) }},
	}
}

// command is a name and the function that builds the command of that name.
type command struct {
	name  string
	build func(*app) *cli.Command
}

// all builds every command, for help and for lines that name none.
func all(env *app) []*cli.Command {
	var built []*cli.Command
	for _, c := range commands() {
		built = append(built, c.build(env))
	}
	prepare(built)
	return built
}

// named builds the one command that the line begins with. Any other line may
// need every command: for help, for a suggestion, or because flags come first.
func named(env *app, args []string) []*cli.Command {
	for _, c := range commands() {
		if len(args) > 1 && args[1] == c.name {
			one := []*cli.Command{c.build(env)}
			prepare(one)
			return one
		}
	}
	return all(env)
}
