// Package lint has the command lint: rules that find weak or risky tokens, keys, secrets,
// cookies and key sets.
package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/urfave/cli/v2"
)

// Command makes the command lint.
func Command(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "lint",
		Usage:     "find weak or risky tokens, keys, secrets and key sets",
		ArgsUsage: "[TOKEN|FILE|URL...]",
		UsageText: `
			lint signing.pem jwks.json hs256.key
			lint --fail-on warn < token
			mint --key signing.pem --sub ada | lint -`,
		Description: `
			Prints for each finding the fault, how to fix it, and which rule found
			it. A word that is the name of a file is read as a file, otherwise it is a
			token; - is standard input, and a URL is that of a key set. Signatures are not checked: verify does that. help
			lint-rules lists the rules.

			The exit code is 10 if something was found at the level of --fail-on or above,
			and 0 otherwise.`,
		Flags: []cli.Flag{
			cmdline.Choice("fail-on", "error", "fail on findings of `LEVEL` and above", Levels()...),
			cmdline.AtFlag("use `TIME` as the current time"),
			input.CacheFlag(),
		},
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
	Findings []finding `json:"findings"`
}

func runLint(env *terminal.Env, c *cli.Context) error {
	l := NewLinter(env.Now())
	words := c.Args().Slice()
	if len(words) == 0 {
		if err := lintDefault(env, c, l); err != nil {
			return err
		}
	}
	for i, word := range words {
		read := lintWord
		if i >= len(words)-env.Literals { // behind --
			read = lintLiteral
		}
		if err := read(env, c, l, word, numbered("token", i, len(words))); err != nil {
			return err
		}
	}
	return report(env, c, l)
}

// report prints the findings, the gravest of each subject first. It fails if one has the
// level of --fail-on or above.
func report(env *terminal.Env, c *cli.Context, l *linter) error {
	d := lintDocument{Schema: "loginctl.lint/1", Findings: l.Sorted()}
	d.Errors, d.Warnings, d.Notes = l.count("error"), l.count("warn"), l.count("note")
	d.Passed = !slices.ContainsFunc(d.Findings, func(f finding) bool { return atLeast(f.Level, c.String("fail-on")) })
	if env.JSON {
		env.WriteJSON(d)
	} else {
		printFindings(env, d.Findings)
	}
	summary := fmt.Sprintf("%s, %s, %s", terminal.Plural(d.Errors, "error"), terminal.Plural(d.Warnings, "warning"), terminal.Plural(d.Notes, "note"))
	if !d.Passed {
		f := outcome.Failed(outcome.ErrLint, "lint found "+summary)
		f.KeepResult = true
		return f
	}
	if len(d.Findings) == 0 {
		summary = "nothing found"
	}
	env.Note("%s", summary)
	return nil
}

func printFindings(env *terminal.Env, found []finding) {
	for _, f := range found {
		level := env.Paint(env.Stdout, f.Level == "note", f.Level)
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
