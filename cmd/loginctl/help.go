package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// helpCommand makes the command that explains the others, which all returns.
func helpCommand(env *app, all func() []*cli.Command) *cli.Command {
	return &cli.Command{
		Name:      "help",
		Usage:     "explain a command or a topic",
		ArgsUsage: "[TOPIC...]",
		UsageText: "help verify\nhelp exit-codes\nhelp environment\nhelp lint-rules",
		Description: "Prints the help of a command or a topic. COMMAND --help does the same, wherever" +
			" on the line it stands.",
		Action: action(env, func(env *app, c *cli.Context) error { return runHelp(env, c, all()) }),
	}
}

func runHelp(env *app, c *cli.Context, commands []*cli.Command) error {
	l := &line{help: true}
	level := commands
	for i, word := range c.Args().Slice() {
		if text := topic(word); i == 0 && text != "" {
			if env.json {
				env.writeJSON(topicDocument(word))
			} else {
				env.result.WriteString(text)
			}
			return nil
		}
		next := find(level, word)
		if next == nil {
			return unknownTopic(l.path, level, word)
		}
		l.command, level = next, next.Subcommands
		l.path = append(l.path, next.Name)
	}
	if env.json {
		return notJSON("the help of a command")
	}
	return showHelp(env, commands, l)
}

func unknownTopic(path []string, level []*cli.Command, word string) error {
	if len(path) == 0 {
		var names []string
		for _, t := range topics() {
			names = append(names, t[0])
		}
		if near := nearest(word, names); near != "" {
			return usage("no help on "+shorten(word), "did you mean "+program+" help "+near+"?")
		}
	}
	return unknownCommand(path, level, word)
}

// showHelp prints help where it was asked for, on stdout. Where a command is
// missing it is the error, and goes to stderr.
func showHelp(env *app, commands []*cli.Command, l *line) error {
	text := commandHelp(l)
	if l.command == nil {
		text = rootHelp(commands)
	}
	if l.help {
		env.result.WriteString(text)
		return nil
	}
	missing := usage("no command given", "for the list of commands: "+program+" help")
	if !env.json {
		fmt.Fprint(env.stderr, text+"\n")
	}
	return missing
}

// rootExamples show what most people came for.
const rootExamples = "keygen --alg RS256 -o signing.pem\n" +
	"mint --key signing.pem --sub ada --scopes read,write > token\n" +
	"decode < token\n" +
	"verify --key signing.pem.pub --scopes read < token"

func rootHelp(commands []*cli.Command) string {
	var b strings.Builder
	b.WriteString("loginctl makes keys, mints tokens, and decodes and verifies them (JWT, JWS).\n\n")
	writeExamples(&b, rootExamples)
	b.WriteString("\nCommands:\n")
	writeCommands(&b, commands)
	b.WriteString("\nTopics:")
	for i, t := range topics() {
		b.WriteString([]string{" ", ", "}[min(i, 1)] + t[0])
	}
	b.WriteString("\nMore: loginctl help COMMAND, loginctl help TOPIC, loginctl man\n")
	return b.String()
}

func commandHelp(l *line) string {
	c := l.command
	if c == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n\n", program, l.title(), c.Usage)
	if c.UsageText != "" {
		writeExamples(&b, c.UsageText)
		b.WriteString("\n")
	}
	synopsis := program + " " + l.title()
	if len(c.Subcommands) > 0 {
		b.WriteString("Usage: " + synopsis + " COMMAND\n\nCommands:\n")
		writeCommands(&b, c.Subcommands)
		fmt.Fprintf(&b, "\nMore: %s help %s COMMAND\n", program, l.title())
		return b.String()
	}
	if c.ArgsUsage != "" {
		synopsis += " " + c.ArgsUsage
	}
	b.WriteString("Usage: " + synopsis + " [FLAGS]\n")
	for _, paragraph := range strings.Split(c.Description, "\n\n") {
		if paragraph != "" {
			b.WriteString("\n" + wrap(paragraph, 0))
		}
	}
	writeFlags(&b, c.Flags)
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
	return strings.ReplaceAll(program+" "+example, "| ", "| "+program+" ")
}

func writeCommands(b *strings.Builder, commands []*cli.Command) {
	for _, c := range commands {
		if !c.Hidden {
			fmt.Fprintf(b, "  %-12s %s\n", c.Name, c.Usage)
		}
	}
}
