package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// TestReadmeGo finds each Go block of the README, line for line, in a test or
// example of the packages: it is compiled and run there.
func TestReadmeGo(t *testing.T) {
	var compiled string
	for _, dir := range []string{"login", "keys", filepath.Join("login", "logintest"), filepath.Join("login", "session")} {
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

// TestReadmeExitCodes compares the exit codes of the README with the table of help.
func TestReadmeExitCodes(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## Exit codes\n")
	section, _, _ = strings.Cut(section, "\n## ")
	meanings := map[string]string{}
	for _, m := range outcome.ExitMeanings() {
		meanings[fmt.Sprint(m.Code)] = m.Meaning
	}
	codes := regexp.MustCompile("`(\\d+)` ([\\w ]+)").FindAllStringSubmatch(section, -1)
	if len(codes) < 7 {
		t.Errorf("the README explains %d exit codes, want 7 at least", len(codes))
	}
	for _, code := range codes {
		if !strings.HasPrefix(meanings[code[1]], code[2]) {
			t.Errorf("the README says that exit code %s is %q; help says %q", code[1], code[2], meanings[code[1]])
		}
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
