// Package lint has the command lint: rules that find weak or risky tokens, keys, secrets,
// cookies and key sets.
package lint

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// Command makes the command lint.
func Command(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "lint",
		Usage:     "find weak or risky tokens, keys, secrets and key sets",
		ArgsUsage: "[TOKEN|FILE|URL...]",
		UsageText: `
			lint signing.pem jwks.json hs256.key
			lint -r /etc/service/keys
			lint --fail-on warn < token
			mint --key signing.pem --sub ada | ` + outcome.Program() + ` lint -`,
		Description: `
			Prints for each finding the fault, how to fix it, and which rule found
			it. A word that is the name of a file is read as a file, that of a folder as the
			files in it, and otherwise it is a
			token; - is standard input, and a URL is that of a key set. Signatures are not checked: verify does that. help
			lint-rules lists the rules. An encrypted key is looked into with its passphrase;
			without it a note says that it was not.

			The exit code is 10 if something was found at the level of --fail-on or above,
			and 0 otherwise.`,
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "recursive", Aliases: []string{"r"}, Usage: "look into the folders of a folder too"},
			cmdline.Choice("fail-on", "error", "`LEVEL` findings from this level on fail", Levels()...),
			cmdline.AtFlag("`TIME` the current time, as 2026-11-23T09:00:00Z, @unix or -1h"),
			input.CacheFlag(),
		}, input.PassphraseFlags()...),
		Action: cmdline.Action(env, runLint),
	}
}

// lintDocument is the output of lint under --json.
type lintDocument struct {
	Schema   string    `json:"schema"`
	Passed   bool      `json:"passed"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Notes    int       `json:"notes"`
	Unseen   int       `json:"not_looked_into,omitzero"`
	Findings []finding `json:"findings"`
}

func runLint(env *terminal.Env, c *cli.Context) error {
	l := NewLinter(env.Now())
	if input.PassphraseGiven(env, c) {
		secret, err := input.ReadPassphrase(env, c, "the keys", false)
		if err != nil {
			return err
		}
		defer clear(secret)
		l.passphrase = secret
	}
	words := c.Args().Slice()
	if len(words) == 0 {
		if err := lintDefault(env, c, l); err != nil {
			return err
		}
	}
	failed, err := lintWords(env, c, l, words)
	if err != nil {
		return err
	}
	return report(env, c, l, failed)
}

// lintWords lints the arguments. One that cannot be read does not end the run, unless it
// is the only one: failed is the first error of several.
func lintWords(env *terminal.Env, c *cli.Context, l *linter, words []string) (failed, err error) {
	for i, word := range words {
		read := lintWord
		if i >= len(words)-env.Literals { // behind --
			read = lintLiteral
		}
		err := read(env, c, l, word, numbered("token", i, len(words)))
		switch {
		case err == nil:
		case len(words) == 1, errors.Is(err, outcome.ErrUsage):
			return nil, err
		default:
			l.about(input.KeyName(terminal.Shown(word)))
			l.add("file-unread", "it was not looked into: %s", outcome.Classify(err).Message)
			failed = cmp.Or(failed, err)
		}
	}
	return failed, nil
}

// report prints the findings, the gravest of each subject first. It fails if one has the
// level of --fail-on or above, or with failed, the error of an argument.
func report(env *terminal.Env, c *cli.Context, l *linter, failed error) error {
	d := lintDocument{Schema: "loginctl.lint/1", Findings: l.Sorted()}
	d.Errors, d.Warnings, d.Notes = l.count("error"), l.count("warn"), l.count("note")
	d.Unseen = l.unseen()
	d.Passed = failed == nil && !slices.ContainsFunc(d.Findings, func(f finding) bool { return atLeast(f.Level, c.String("fail-on")) })
	if env.JSON {
		env.WriteJSON(d)
	} else {
		printFindings(env, d.Findings)
	}
	summary := fmt.Sprintf("%s, %s, %s", terminal.Plural(d.Errors, "error"), terminal.Plural(d.Warnings, "warning"), terminal.Plural(d.Notes, "note"))
	if d.Unseen > 0 {
		summary += fmt.Sprintf("; %d not looked into", d.Unseen)
	}
	if failed != nil {
		f := *outcome.Classify(failed)
		f.Message, f.KeepResult = "not every input was read; lint found "+summary, true
		return &f
	}
	if !d.Passed {
		f := outcome.Failed(outcome.ErrLint, "lint found "+summary)
		f.KeepResult = true
		return f
	}
	if len(d.Findings) == 0 {
		summary = "nothing found"
	}
	env.Close("%s", summary)
	return nil
}

func printFindings(env *terminal.Env, found []finding) {
	for _, f := range found {
		level := env.PaintLevel(env.Stdout, f.Level)
		fmt.Fprintf(&env.Result, "%s: %s: %s [%s]\n", terminal.Escape(f.Subject), level, terminal.Escape(f.Message), f.Rule)
		fmt.Fprintf(&env.Result, "  %s\n", terminal.Escape(f.Fix))
	}
}

func atLeast(level, least string) bool {
	return slices.Index(Levels(), level) >= slices.Index(Levels(), least)
}

// RuleHelp returns the text of help lint-rules.
func RuleHelp() string {
	var b strings.Builder
	b.WriteString("The rules of lint:\n")
	for _, r := range Rules() {
		head := fmt.Sprintf("  %-5s  %-18s ", r.Level, r.ID)
		text := terminal.Wrap(r.About, len(head))
		b.WriteString(head + text[len(head):])
	}
	return b.String()
}
