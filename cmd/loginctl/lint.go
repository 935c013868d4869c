package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

func lintCommand(env *app) *cli.Command {
	return &cli.Command{
		Name:      "lint",
		Usage:     "find what is weak or risky in tokens, keys, secrets and key sets",
		ArgsUsage: "[TOKEN|FILE...]",
		UsageText: "lint signing.pem jwks.json hs256.key\nlint --fail-on warn < token\nmint --key signing.pem --sub ada | lint -",
		Description: "Says of each finding what is wrong, what to do about it, and which rule found it. A word that is" +
			" the name of a file is read as a file, otherwise it is a token; - is standard input. Signatures are not" +
			" checked: verify does that. help lint-rules lists the rules.\n\n" +
			"The exit code is 10 if something was found at the level of --fail-on or above, and 0 otherwise.",
		Flags: []cli.Flag{
			choice("fail-on", "error", "lowest `LEVEL` that makes lint fail", levels()...),
			atFlag("check as of this `TIME`, as for verify"),
		},
		Action: action(env, runLint),
	}
}

// lintDocument is lint under --json.
type lintDocument struct {
	Schema   string    `json:"schema"`
	Passed   bool      `json:"passed"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Notes    int       `json:"notes"`
	Findings []finding `json:"findings"`
}

// finding is one thing that a rule objects to.
type finding struct {
	Subject string `json:"subject"` // a file's name, "token" or "standard input"
	Rule    string `json:"rule"`
	Level   string `json:"level"`
	Message string `json:"message"`
	Fix     string `json:"fix"`
}

func runLint(env *app, c *cli.Context) error {
	l := newLinter(env.now())
	words := c.Args().Slice()
	if len(words) == 0 {
		if err := lintDefault(env, l); err != nil {
			return err
		}
	}
	for i, word := range words {
		if err := lintWord(env, l, word, numbered("token", i, len(words))); err != nil {
			return err
		}
	}
	return lintDone(env, c, l)
}

// lintDone prints the findings, the gravest of each subject first, and fails if one is grave enough.
func lintDone(env *app, c *cli.Context, l *linter) error {
	d := lintDocument{Schema: "loginctl.lint/1", Findings: l.sorted()}
	d.Errors, d.Warnings, d.Notes = l.count("error"), l.count("warn"), l.count("note")
	d.Passed = !slices.ContainsFunc(d.Findings, func(f finding) bool { return atLeast(f.Level, c.String("fail-on")) })
	if env.json {
		env.writeJSON(d)
	} else {
		printFindings(env, d.Findings)
	}
	summary := fmt.Sprintf("%s, %s, %s", plural(d.Errors, "error"), plural(d.Warnings, "warning"), plural(d.Notes, "note"))
	if !d.Passed {
		f := failed(errLint, "lint found "+summary)
		f.keep = true
		return f
	}
	if len(d.Findings) == 0 {
		summary = "nothing found"
	}
	env.note("%s", summary)
	return nil
}

func printFindings(env *app, found []finding) {
	for _, f := range found {
		level := env.paint(env.stdout, f.Level == "note", f.Level)
		fmt.Fprintf(&env.result, "%s: %s: %s [%s]\n", escape(f.Subject), level, escape(f.Message), f.Rule)
		fmt.Fprintf(&env.result, "  %s\n", escape(f.Fix))
	}
}

func levels() []string { return []string{"note", "warn", "error"} }

func atLeast(level, least string) bool {
	return slices.Index(levels(), level) >= slices.Index(levels(), least)
}

// lintRuleHelp is the text of help lint-rules.
func lintRuleHelp() string {
	var b strings.Builder
	b.WriteString("What lint looks for:\n")
	for _, r := range lintRules() {
		head := fmt.Sprintf("  %-5s  %-18s ", r.level, r.id)
		text := wrap(r.about, len(head))
		b.WriteString(head + text[len(head):])
	}
	return b.String()
}
