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

// block is one fenced block of the README.
type block struct {
	language string
	text     string
	line     int
}

func readme(t *testing.T) []block {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	var open *block
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case open == nil && strings.HasPrefix(line, "```"):
			open = &block{language: strings.TrimPrefix(line, "```"), line: i + 2}
		case open != nil && line == "```":
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	return blocks
}

// TestReadmeConsole runs every command of the README's console blocks, in
// order and in one folder, and compares the output shown with the real one.
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
				t.Errorf("README.md:%d: $ %s\nthe README shows\n%s\nthe command printed\n%s", step.line, step.command, step.output, got)
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

// TestReadmeGo finds each Go block of the README, line for line, in a test or
// example of the packages: it is compiled and run there.
func TestReadmeGo(t *testing.T) {
	var compiled string
	for _, dir := range []string{"login", "keys", filepath.Join("login", "logintest")} {
		files, err := filepath.Glob(filepath.Join("..", "..", "pkg", dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			compiled += "\n" + flush(string(text))
		}
	}
	found := 0
	for _, b := range readme(t) {
		if b.language != "go" {
			continue
		}
		found++
		if !strings.Contains(compiled, "\n"+flush(b.text)) {
			t.Errorf("README.md:%d: the Go block is in no example of the packages", b.line)
		}
	}
	if found == 0 {
		t.Error("the README holds no Go block")
	}
}

// TestReadmeWorkflow runs the step of the README's GitHub Actions workflow on
// a good token and on an old one.
func TestReadmeWorkflow(t *testing.T) {
	var script string
	for _, b := range readme(t) {
		if _, after, ok := strings.Cut(b.text, "run: |\n"); b.language == "yaml" && ok {
			script = strings.TrimSpace(after)
		}
	}
	if script == "" {
		t.Fatal("the README holds no workflow step")
	}
	dir := t.TempDir()
	goBuild(t, filepath.Join(dir, "bin", "loginctl"), ".")
	env := environment(filepath.Join(dir, "bin"))
	mint := "loginctl mint --key k.pem --sub build --iss https://id.example.com --aud api --scopes deploy,read"
	for _, row := range []struct{ name, prepare, want string }{
		{"a token for an hour passes", mint + " --expires 1h", ""},
		{"a token with too little life left is exit 5", mint + " --expires 5m", "(exit 5)\n"},
		{"a token for somebody else is exit 6", strings.Replace(mint, "api", "web", 1) + " --expires 1h", "(exit 6)\n"},
		{"no token is exit 2", "true", "(exit 2)\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			line := "loginctl keygen ed25519 --no-passphrase -q --force -o k.pem && " +
				"rm -f jwks.json && loginctl jwks new -q -o jwks.json k.pem.pub && TOKEN=$(" + row.prepare + ") && export TOKEN && { " + script + "\n} >log 2>&1"
			if got := bash(t, dir, env, line); got != row.want {
				t.Errorf("it ended with %q, want %q", got, row.want)
			}
		})
	}
}

// flush returns text without indentation and blank lines.
func flush(text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
