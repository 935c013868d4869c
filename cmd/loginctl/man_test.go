package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

func page1(t *testing.T) string {
	t.Helper()
	text := manual(allCommands(), "v1.2.3", "2026-11-23")
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
		title := strings.TrimSpace(program + " " + strings.Join(path, " ") + " " + c.ArgsUsage)
		about := section(t, text, `.SS "`+roff(title)+`"`)
		for _, f := range ownFlags(c.Flags) {
			for _, name := range f.Names() {
				if !strings.Contains(about, `\fB`+roff(dashed(name))+`\fR`) {
					t.Errorf("%s: the page lacks %s", title, dashed(name))
				}
			}
		}
		if c.UsageText == "" || !strings.Contains(about, ".EX\n    loginctl ") {
			t.Errorf("%s has no example", title)
		}
	})
	every := section(t, text, `.SH "FLAGS OF EVERY COMMAND"`)
	for _, f := range commonFlags() {
		if !strings.Contains(every, roff(dashed(f.Names()[0]))) {
			t.Errorf("the page lacks %s", dashed(f.Names()[0]))
		}
	}
}

func TestManualHasEveryTable(t *testing.T) {
	text := page1(t)
	exits := section(t, text, `.SH "EXIT STATUS"`)
	for _, e := range exitMeanings() {
		if !strings.Contains(exits, fmt.Sprintf("\n.B \"%d\"\n", e.Code)) {
			t.Errorf("EXIT STATUS lacks %d", e.Code)
		}
	}
	for _, o := range outcomes() {
		if !strings.Contains(exits, `.B "`+o.word+`"`) {
			t.Errorf("EXIT STATUS lacks %s", o.word)
		}
	}
	rules := section(t, text, `.SH "LINT RULES"`)
	for _, r := range lintRules() {
		if !strings.Contains(rules, `.B "`+roff(r.id)+`"`) {
			t.Errorf("LINT RULES lacks %s", r.id)
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
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	read := regexp.MustCompile(`(?:a\.set|a\.env|os\.Getenv|os\.LookupEnv)\("([A-Z_]+)"\)`)
	found := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
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
		if got := roff(test.text); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
