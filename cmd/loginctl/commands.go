package main

import (
	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/help"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/jwkscmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/keycmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/lint"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokencmd"
	"github.com/urfave/cli/v2"
)

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
		{"keygen", keycmd.KeygenCommand},
		{"mint", tokencmd.MintCommand},
		{"decode", tokencmd.DecodeCommand},
		{"verify", tokencmd.VerifyCommand},
		{"cookie", tokencmd.CookieCommand},
		{"key", keycmd.Command},
		{"jwks", jwkscmd.Command},
		{"lint", lint.Command},
		{"completion", help.CompletionCommand},
		{"help", func(env *terminal.Env) *cli.Command {
			return help.HelpCommand(env, func() []*cli.Command { return all(env) })
		}},
		{"version", help.VersionCommand},
		{"man", func(env *terminal.Env) *cli.Command {
			return help.ManCommand(env, func() []*cli.Command { return all(env) })
		}},
		{"__complete", func(env *terminal.Env) *cli.Command {
			return help.CompleteCommand(env, func() []*cli.Command { return all(env) })
		}},
	}
}

// command is a name and the function that builds the command of that name.
type command struct {
	name  string
	build func(*terminal.Env) *cli.Command
}

// all builds every command, for help and for lines that name none.
func all(env *terminal.Env) []*cli.Command {
	var built []*cli.Command
	for _, c := range commands() {
		built = append(built, c.build(env))
	}
	cmdline.Prepare(built)
	return built
}

// named builds the one command that the line begins with. Any other line may
// need every command: for help, for a suggestion, or because flags come first.
func named(env *terminal.Env, args []string) []*cli.Command {
	for _, c := range commands() {
		if len(args) > 1 && args[1] == c.name {
			one := []*cli.Command{c.build(env)}
			cmdline.Prepare(one)
			return one
		}
	}
	return all(env)
}
