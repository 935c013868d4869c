package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// block is one fenced block of a page.
type block struct {
	language string
	text     string
	page     string
	line     int
}

// readme returns the blocks of the README and of the page that goes on from it.
func readme(t *testing.T) []block {
	t.Helper()
	return append(blocksOf(t, filepath.Join("..", "..", "README.md")), blocksOf(t, "README.md")...)
}

func blocksOf(t *testing.T, page string) []block {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	var open *block
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case open == nil && strings.HasPrefix(line, "```"):
			open = &block{language: strings.TrimPrefix(line, "```"), page: page, line: i + 2}
		case open != nil && line == "```":
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	return blocks
}

// TestReadmeConsole runs every command of the console blocks of both pages, in order
// and in one folder, and compares the output shown with the real one.
func TestReadmeConsole(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "bin")
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		t.Fatal(err)
	}
	goBuild(t, filepath.Join(bin, "loginctl"), ".")
	goBuild(t, filepath.Join(work, "server"), "../../scripts/quickstart")
	env := environment(bin)

	ran := 0
	for _, b := range readme(t) {
		if b.language != "console" {
			continue
		}
		for _, step := range steps(b) {
			ran++
			got := bash(t, work, env, step.command)
			if canonical(got) != canonical(step.output) {
				t.Errorf("%s:%d: $ %s\nthe page shows\n%s\nthe command printed\n%s", b.page, step.line, step.command, step.output, got)
			}
		}
	}
	if ran == 0 {
		t.Error("the README holds no console block")
	}
}

// TestReadmeTranscript compares the first console block with the quickstart.
func TestReadmeTranscript(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "..", "scripts", "quickstart.sh"))
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, m := range regexp.MustCompile(`(?m)^run \d+ '(.*)'$`).FindAllStringSubmatch(string(script), -1) {
		want = append(want, m[1])
	}
	for _, b := range readme(t) {
		if b.language == "console" {
			for _, s := range steps(b) {
				got = append(got, s.command)
			}
			break
		}
	}
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("the README's transcript has the commands\n%s\nthe quickstart has\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// environment is the caller's with the built command first in PATH and without
// variables that the command would read.
func environment(bin string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LOGINCTL_") })
	return append(env, "PATH="+bin+":"+os.Getenv("PATH"), "NO_COLOR=1")
}

func goBuild(t *testing.T, output, folder string) {
	t.Helper()
	if out, err := exec.Command("go", "build", "-o", output, folder).CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v\n%s", folder, err, out)
	}
}

// step is one command of a console block and the output that the README shows below it.
type step struct {
	command, output string
	line            int
}

func steps(b block) []step {
	var found []step
	for i, line := range strings.Split(strings.TrimSuffix(b.text, "\n"), "\n") {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			found = append(found, step{command: command, line: b.line + i})
			continue
		}
		if len(found) == 0 {
			continue
		}
		last := &found[len(found)-1]
		if before, ok := strings.CutSuffix(last.command, `\`); ok {
			last.command = before + strings.TrimPrefix(line, "> ")
			continue
		}
		last.output += line + "\n"
	}
	return found
}

// bash runs a command line as a person would see it: both streams, then the
// exit code when it is not 0.
func bash(t *testing.T, dir string, env []string, line string) string {
	t.Helper()
	cmd := exec.Command("bash", "-o", "pipefail", "-c", line)
	cmd.Dir, cmd.Env = dir, env
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return string(out) + fmt.Sprintf("(exit %d)\n", exit.ExitCode())
	case err != nil:
		t.Fatalf("$ %s: %v", line, err)
	}
	return string(out)
}

// Parts that differ from one run to the next: tokens, ids, times, ports, versions.
var variable = []struct{ pattern, name string }{
	{`eyJ[\w.…-]+`, "TOKEN"},
	{`loginctl \(?\S+, go1\S+`, "VERSION"},
	{`(-- )?[\w-]{22,}`, "ID"}, // one that starts with a dash stands behind --
	{`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d( UTC|Z)?`, "TIME"},
	{`\b1[789]\d{8}\b`, "SECONDS"},
	{`\b(in )?((\d+[wdhms])+|now)( ago)?\b`, "AGE"},
	{`Max-Age=\d+`, "Max-Age=SECONDS"},
	{`[ \t]+`, " "},
	{`(?m) $`, ""},
}

// canonical returns text with the parts replaced that differ between runs.
func canonical(text string) string {
	for _, v := range variable {
		text = regexp.MustCompile(v.pattern).ReplaceAllString(text, v.name)
	}
	return strings.TrimSpace(text)
}
