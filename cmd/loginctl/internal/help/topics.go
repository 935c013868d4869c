package help

import (
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/lint"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// topics lists the topics of help beside the commands, with a description of each.
func topics() [][2]string {
	return [][2]string{
		{"exit-codes", "the meaning of the exit codes"},
		{"environment", "the variables that are read"},
		{"lint-rules", "the rules of lint"},
	}
}

// topic returns the help on a topic, or "".
func topic(name string) string {
	switch name {
	case "exit-codes":
		return exitCodeHelp()
	case "environment":
		return environmentHelp()
	case "lint-rules":
		return lint.RuleHelp()
	}
	return ""
}

// topicDocument is the output of help on a topic under --json.
func topicDocument(name string) any {
	type row map[string]string
	rows := []row{}
	switch name {
	case "exit-codes":
		return outcome.ExitCodeDocument()
	case "environment":
		for _, v := range variables() {
			rows = append(rows, row{"name": v[0], "meaning": v[1]})
		}
	case "lint-rules":
		for _, r := range lint.Rules() {
			rows = append(rows, row{"rule": r.ID, "level": r.Level, "meaning": r.About})
		}
	}
	return map[string]any{"schema": "loginctl." + name + "/1", strings.ReplaceAll(name, "-", "_"): rows}
}

func exitCodeHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes:\n")
	for _, e := range outcome.ExitMeanings() {
		fmt.Fprintf(&b, "  %3d  %s\n", e.Code, e.Meaning)
	}
	b.WriteString("\n" + terminal.Wrap(`
		Of several failures the first in the order 3, 4, 6, 5 decides, so that 5 means that a
		new token would do. A batch returns the worst code of its lines in the same order (7
		before all), never a count. Under --json the word in "code" says exactly which
		failure it was:`, 0) + "\n")
	for _, w := range outcome.FailureWords() {
		fmt.Fprintf(&b, "  %3d  %-22s %s\n", w.Exit, w.Code, w.Meaning)
	}
	return b.String()
}

// variables lists the environment variables that are read, for help and the man page.
func variables() [][2]string {
	return [][2]string{
		{"XDG_CACHE_HOME", "the folder of caches; key sets of issuers are in loginctl/jwks below it"},
		{"LOGINCTL_KEY", "the source of verify and mint without --key, as FILE or env:NAME"},
		{"LOGINCTL_JWKS", "the source of verify without --jwks and another key"},
		{"LOGINCTL_ISSUER", "the issuer that verify requires without --iss"},
		{"LOGINCTL_AUDIENCE", "the audience that verify expects without --aud"},
		{"LOGINCTL_PASSPHRASE_FILE", "a file with the passphrase of the key"},
		{"LOGINCTL_PASSPHRASE", "the passphrase itself: a file is safer, as other processes of yours can read this"},
		{"TZ", "the time zone of decode --tz local"},
		{"CI", "when set (and not \"false\" or 0), no passphrase is ever asked for"},
		{"NO_COLOR", "when set, nothing is coloured without --color always"},
		{"FORCE_COLOR", "when set (and not \"false\" or 0), output is coloured where it goes to a file too"},
		{"TERM", "when \"dumb\", nothing is coloured"},
		{"GOGC, GOMAXPROCS", "memory and cores of a batch, as in every Go program"},
	}
}

func environmentHelp() string {
	var b strings.Builder
	b.WriteString("Environment. Flags come first. An empty variable counts as not set; one that\nstands for a flag of verify or mint is an error then.\n")
	for _, v := range variables() {
		text := terminal.Wrap(v[1], 28)
		head := "  " + v[0]
		b.WriteString(head + text[len(head):])
	}
	return b.String()
}
