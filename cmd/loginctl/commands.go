package main

import (
	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/help"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/jwkscmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/keycmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/lint"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/sessioncmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokencmd"
	"github.com/urfave/cli/v2"
)

// entry is the name of a command and the function that builds it.
type entry struct {
	name  string
	build func(*terminal.Env) *cli.Command
}

// commands lists every command in the order of the help.
//
// To add one, write its constructor, a function from *terminal.Env to *cli.Command, in
// the package it belongs to, and add it here. In the command,
//
//   - Usage is the line in the list of commands; Description explains; UsageText has
//     the examples, one a line, without "loginctl" before them. Indentation and line
//     breaks inside a paragraph do not matter;
//   - ArgsUsage names the arguments and is enforced: "" takes no argument, "[TOKEN]" at
//     most one, "FILE" exactly one, "FILE..." one or more, "[FILE...]" any number;
//   - Flags are the flags of this command; [cmdline.CommonFlags] are added, and
//     packages cmdline, input and verdict have those that several commands share. A
//     flag name takes a value on every command or on none;
//   - Action is cmdline.Action(env, run). run writes its result to env.Result, talks
//     with env.Note and env.Warn, and returns an error: [outcome.Classify] finds the
//     word, exit code and hint, [outcome.Usage] reports a wrong command line. Under
//     --json it writes one object with a schema, with env.WriteJSON.
//
// A group is a command that has Subcommands and nothing else. A command with
// SkipFlagParsing gets the rest of the line unparsed.
func commands() []entry {
	every := func(env *terminal.Env) func() []*cli.Command {
		return func() []*cli.Command { return all(env, commands()) }
	}
	return []entry{
		{"keygen", keycmd.KeygenCommand},
		{"mint", tokencmd.MintCommand},
		{"decode", tokencmd.DecodeCommand},
		{"verify", tokencmd.VerifyCommand},
		{"cookie", tokencmd.CookieCommand},
		{"key", keycmd.Command},
		{"jwks", jwkscmd.Command},
		{"lint", lint.Command},
		{"session", sessioncmd.Command},
		{"completion", help.CompletionCommand},
		{"help", func(env *terminal.Env) *cli.Command { return help.HelpCommand(env, every(env)) }},
		{"version", help.VersionCommand},
		{"man", func(env *terminal.Env) *cli.Command { return help.ManCommand(env, every(env)) }},
		{"__complete", func(env *terminal.Env) *cli.Command { return help.CompleteCommand(env, every(env), jwkscmd.KIDs) }},
	}
}

// all builds every command of table.
func all(env *terminal.Env, table []entry) []*cli.Command {
	var built []*cli.Command
	for _, e := range table {
		built = append(built, e.build(env))
	}
	cmdline.Prepare(built)
	return built
}

// build builds the command that the line begins with. A line that begins with anything
// else may need every command: for help, for a suggestion, or because flags come first.
func build(env *terminal.Env, table []entry, args []string) []*cli.Command {
	for _, e := range table {
		if len(args) > 1 && args[1] == e.name {
			return all(env, []entry{e})
		}
	}
	return all(env, table)
}
