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
func commands(a *app) []*cli.Command {
	return []*cli.Command{
		keygenCommand(a),
		mintCommand(a),
		decodeCommand(a),
		verifyCommand(a),
		cookieCommand(a),
		keyCommand(a),
		jwksCommand(a),
		lintCommand(a),
		completionCommand(a),
		helpCommand(a),
		versionCommand(a),
		manCommand(a),
		completeCommand(a),
	}
}
