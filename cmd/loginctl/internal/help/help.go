// Package help has the commands that explain the others: help, completion, man and
// version.
package help

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// HelpCommand makes the command help. all returns every command.
func HelpCommand(env *terminal.Env, all func() []*cli.Command) *cli.Command {
	return &cli.Command{
		Name:      "help",
		Usage:     "explain a command or a topic",
		ArgsUsage: "[TOPIC...]",
		UsageText: `
			help verify
			help exit-codes
			help environment
			help lint-rules`,
		Description: `
			Prints the help of a command or a topic. COMMAND --help does the same.
			Beside other words --help is an error (exit 2).`,
		Action: cmdline.Action(env, func(env *terminal.Env, c *cli.Context) error { return runHelp(env, c, all()) }),
	}
}

func runHelp(env *terminal.Env, c *cli.Context, commands []*cli.Command) error {
	l := &cmdline.Line{Help: true}
	level := commands
	for i, word := range c.Args().Slice() {
		if text := topic(word); i == 0 && text != "" {
			if env.JSON {
				env.WriteJSON(topicDocument(word))
			} else {
				env.Result.WriteString(text)
			}
			return nil
		}
		next := cmdline.Find(level, word)
		if next == nil {
			return unknownTopic(l.Path, level, word)
		}
		l.Command, level = next, next.Subcommands
		l.Path = append(l.Path, next.Name)
	}
	if env.JSON {
		return outcome.NotJSON("the help of a command")
	}
	return ShowHelp(env, commands, l)
}

func unknownTopic(path []string, level []*cli.Command, word string) error {
	if len(path) == 0 {
		var names []string
		for _, t := range topics() {
			names = append(names, t[0])
		}
		if near := cmdline.Nearest(word, names); near != "" {
			return outcome.Usage("no help on "+terminal.Shorten(word), "did you mean "+outcome.Program()+" help "+near+"?")
		}
	}
	return cmdline.UnknownCommand(path, level, word)
}

// ShowHelp prints help on stdout if the line asks for it and for nothing else. Otherwise
// the help goes to stderr, and the line is an error: help is not a verdict.
func ShowHelp(env *terminal.Env, commands []*cli.Command, l *cmdline.Line) error {
	text := commandHelp(l)
	if l.Command == nil {
		text = rootHelp(commands)
	}
	text += defaultsInUse(env, l)
	if l.Help && !l.Beside() {
		env.Result.WriteString(text)
		return nil
	}
	missing := outcome.Usage("no command given", "for the list of commands: "+outcome.Program()+" help")
	if l.Help {
		missing = outcome.Usage("--help stands beside other words, and the command did not run",
			"for help alone: "+strings.Join(append([]string{outcome.Program(), "help"}, l.Path...), " "),
			"for a token or a value that starts with a dash: -- TOKEN, --flag=VALUE")
	}
	if !env.JSON {
		fmt.Fprint(env.Stderr, text+"\n")
	}
	return missing
}

// rootExamples show the usual way of a token.
const rootExamples = `keygen --alg RS256 -o signing.pem
mint --key signing.pem --sub ada --scopes read,write -o token
decode < token
verify --key signing.pem.pub --scopes read < token`

func rootHelp(commands []*cli.Command) string {
	var b strings.Builder
	b.WriteString(outcome.Program() + " makes keys, mints tokens, and decodes and verifies them (JWT, JWS).\n\n")
	writeExamples(&b, rootExamples)
	b.WriteString("\nCommands:\n")
	writeCommands(&b, commands)
	b.WriteString("\nTopics:")
	for i, t := range topics() {
		b.WriteString([]string{" ", ", "}[min(i, 1)] + t[0])
	}
	fmt.Fprintf(&b, "\nMore: %[1]s help COMMAND, %[1]s help TOPIC, %[1]s man\n", outcome.Program())
	return b.String()
}

func commandHelp(l *cmdline.Line) string {
	c := l.Command
	if c == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n\n", outcome.Program(), l.Title(), c.Usage)
	if c.UsageText != "" {
		writeExamples(&b, c.UsageText)
		b.WriteString("\n")
	}
	synopsis := outcome.Program() + " " + l.Title()
	if len(c.Subcommands) > 0 {
		b.WriteString("Usage: " + synopsis + " COMMAND\n\nCommands:\n")
		writeCommands(&b, c.Subcommands)
		fmt.Fprintf(&b, "\nMore: %s help %s COMMAND\n", outcome.Program(), l.Title())
		return b.String()
	}
	if c.ArgsUsage != "" {
		synopsis += " " + c.ArgsUsage
	}
	b.WriteString("Usage: " + synopsis + " [FLAGS]\n")
	for _, paragraph := range strings.Split(c.Description, "\n\n") {
		if paragraph != "" {
			b.WriteString("\n" + terminal.Wrap(paragraph, 0))
		}
	}
	writeFlags(&b, c.Flags)
	if takes(c.Flags, "SOURCE") {
		b.WriteString("\n" + terminal.Wrap(cmdline.SourceHelp, 0))
	}
	if takes(c.Flags, "TIME", "SPAN", "TIME|SPAN") {
		b.WriteString("\n" + terminal.Wrap(cmdline.TimeHelp, 0))
	}
	return b.String()
}

func writeExamples(b *strings.Builder, text string) {
	b.WriteString("Examples:\n")
	for _, example := range strings.Split(text, "\n") {
		b.WriteString("  " + commandLine(example) + "\n")
	}
}

// commandLine writes an example as it is typed.
func commandLine(example string) string {
	return outcome.Program() + " " + example
}

func writeCommands(b *strings.Builder, commands []*cli.Command) {
	for _, c := range commands {
		if !c.Hidden {
			fmt.Fprintf(b, "  %-12s %s\n", c.Name, c.Usage)
		}
	}
}
