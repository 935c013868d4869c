package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/help"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/lint"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/urfave/cli/v2"
)

func page1(t *testing.T) string {
	t.Helper()
	text := help.Manual(allCommands(), "v1.2.3", "2026-11-23")
	if !strings.HasPrefix(text, `.TH "LOGINCTL\-JWT" "1" "2026\-11\-23" "loginctl v1.2.3"`) {
		t.Fatalf("the page begins with %q", text[:60])
	}
	return text
}

// section returns what stands below a heading, up to the next one.
func section(t *testing.T, text, heading string) string {
	t.Helper()
	_, after, ok := strings.Cut(text, heading+"\n")
	if !ok {
		t.Errorf("the page has no %s", heading)
	}
	if end := regexp.MustCompile(`(?m)^\.S[HS] `).FindStringIndex(after); end != nil {
		after = after[:end[0]]
	}
	return after
}

func TestManualHasEveryCommandAndFlag(t *testing.T) {
	text := page1(t)
	eachCommand(allCommands(), nil, func(path []string, c *cli.Command) {
		if c.Hidden {
			return
		}
		title := strings.TrimSpace(outcome.Program() + " " + strings.Join(path, " ") + " " + c.ArgsUsage)
		about := section(t, text, `.SS "`+help.Roff(title)+`"`)
		for _, f := range help.OwnFlags(c.Flags) {
			for _, name := range f.Names() {
				if !strings.Contains(about, `\fB`+help.Roff(cmdline.Dashed(name))+`\fR`) {
					t.Errorf("%s: the page lacks %s", title, cmdline.Dashed(name))
				}
			}
		}
		if c.UsageText == "" || !strings.Contains(about, ".EX\n    loginctl ") {
			t.Errorf("%s has no example", title)
		}
	})
	every := section(t, text, `.SH "FLAGS OF EVERY COMMAND"`)
	for _, f := range cmdline.CommonFlags() {
		if !strings.Contains(every, help.Roff(cmdline.Dashed(f.Names()[0]))) {
			t.Errorf("the page lacks %s", cmdline.Dashed(f.Names()[0]))
		}
	}
}

func TestManualHasEveryTable(t *testing.T) {
	text := page1(t)
	exits := section(t, text, `.SH "EXIT STATUS"`)
	for _, e := range outcome.ExitMeanings() {
		if !strings.Contains(exits, fmt.Sprintf("\n.B \"%d\"\n", e.Code)) {
			t.Errorf("EXIT STATUS lacks %d", e.Code)
		}
	}
	for _, o := range outcome.Rows() {
		if !strings.Contains(exits, `.B "`+o.Word+`"`) {
			t.Errorf("EXIT STATUS lacks %s", o.Word)
		}
	}
	rules := section(t, text, `.SH "LINT RULES"`)
	for _, r := range lint.Rules() {
		if !strings.Contains(rules, `.B "`+help.Roff(r.ID)+`"`) {
			t.Errorf("LINT RULES lacks %s", r.ID)
		}
	}
	for _, heading := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "FILES", "SEE ALSO"} {
		if len(section(t, text, `.SH "`+heading+`"`)) < 20 {
			t.Errorf("%s is empty", heading)
		}
	}
}

// Every variable that the program reads is in the page.
func TestManualHasEveryVariable(t *testing.T) {
	environment := section(t, page1(t), `.SH "ENVIRONMENT"`)
	read := regexp.MustCompile(`(?:env\.Variable|env\.LookupEnv|os\.Getenv|os\.LookupEnv)\("([A-Z_]+)"\)`)
	found := 0
	for _, file := range commandFiles(t) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range read.FindAllStringSubmatch(string(source), -1) {
			found++
			if !strings.Contains(environment, match[1]) {
				t.Errorf("%s reads %s, which ENVIRONMENT lacks", file, match[1])
			}
		}
	}
	if found == 0 {
		t.Error("no variable was found in the sources")
	}
}

func TestRoff(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a flag", "--json", `\-\-json`},
		{"a line that begins with a dot", ".sub", `\&.sub`},
		{"a line that begins with a quote", "'tis", `\(aqtis`},
		{"a backslash", `a\b`, `a\eb`},
		{"an ellipsis", "a…", `a\[u2026]`},
	} {
		if got := help.Roff(test.text); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
