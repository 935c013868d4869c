package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// hostile is a token whose claims hold escape sequences: the name "\u001b[31m",
// and as sub a bell, a right-to-left override and a zero-width space.
const hostile = "eyJhbGciOiJIUzI1NiJ9.eyJcdTAwMWJbMzFtIjoxLCJzdWIiOiJcdTAwMDdh4oCuYuKAiyJ9.AAAA"

// TestTerminalIsSafe checks that what a token says cannot act on the terminal.
func TestTerminalIsSafe(t *testing.T) {
	for _, args := range [][]string{
		{"decode", hostile}, {"decode", hostile, "--json"}, {"decode", hostile, "--raw"}, {"decode", hostile, "--get", ".sub"},
		{"decode", hostile, "--get", "\x1b[31mx"}, {"\x1b[31m"}, {"decode", "--\x1b[31m"}, {"decode", "@\x1b[31m"},
	} {
		m := openTerminal(t)
		m.exit(m.start(t.TempDir(), nil, nil, args...))
		if strings.ContainsAny(strings.ReplaceAll(m.seen.String(), "\r\n", ""), "\x1b\a\u202e\u200b") {
			t.Errorf("loginctl %q shows %q", args, m.seen.String())
		}
	}
}

// TestColour checks that colour is for terminals, and not where it is unwanted.
func TestColour(t *testing.T) {
	dir := t.TempDir()
	if r := try(t, "keygen", "hmac", "-o", filepath.Join(dir, "k")); r.code != 0 {
		t.Fatal(r.stderr)
	}
	token := strings.TrimSpace(try(t, "mint", "--secret-file", filepath.Join(dir, "k"), "--sub", "ada").stdout)
	for _, test := range []struct {
		name   string
		env    []string
		flags  []string
		file   bool
		colour bool
	}{
		{"on a terminal", nil, nil, false, true},
		{"NO_COLOR", []string{"NO_COLOR=1"}, nil, false, false},
		{"an empty NO_COLOR", []string{"NO_COLOR="}, nil, false, true},
		{"a dumb terminal", []string{"TERM=dumb"}, nil, false, false},
		{"--no-color", nil, []string{"--no-color"}, false, false},
		{"into a file", nil, nil, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := openTerminal(t)
			out := filepath.Join(t.TempDir(), "out")
			cmd := m.start(dir, test.env, func(cmd *exec.Cmd) {
				if test.file {
					f, err := os.Create(out)
					if err != nil {
						t.Fatal(err)
					}
					defer t.Cleanup(func() { f.Close() })
					cmd.Stdout = f
				}
			}, append([]string{"verify", "--secret-file", "k", token}, test.flags...)...)
			if code := m.exit(cmd); code != 0 {
				t.Fatalf("exit %d, %s", code, m.seen.String())
			}
			text, _ := os.ReadFile(out)
			if got := strings.Contains(m.seen.String()+string(text), "\x1b[32mvalid"); got != test.colour {
				t.Errorf("colour %t, want %t: %q", got, test.colour, m.seen.String())
			}
		})
	}
}

// TestTerminalRefusals checks that the program does not wait for a token at a terminal,
// show a private key or a passphrase as it is typed, or ask where asking is off.
func TestTerminalRefusals(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pass"), []byte("correct horse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := try(t, "keygen", "ed25519", "-o", filepath.Join(dir, "k.pem"), "--passphrase-file", filepath.Join(dir, "pass")); r.code != 0 {
		t.Fatal(r.stderr)
	}
	for _, test := range []struct {
		name string
		env  []string
		args []string
		code int
		want string
	}{
		{"no token", nil, []string{"verify", "--key", "k.pem.pub"}, outcome.ExitUsage, "no token given"},
		{"no token to decode", nil, []string{"decode"}, outcome.ExitUsage, "no token given"},
		{"an unencrypted key", nil, []string{"keygen", "ed25519", "--no-passphrase"}, outcome.ExitUsage, "an unencrypted private key is not shown on a terminal"},
		{"a passphrase in the clear", nil, []string{"mint", "--key", "k.pem", "--passphrase-file", "-"}, outcome.ExitUsage, "leave it out to be asked"},
		{"--no-input", nil, []string{"mint", "--key", "k.pem", "--no-input"}, outcome.ExitKey, "asking is off"},
		{"in CI", []string{"CI=true"}, []string{"mint", "--key", "k.pem"}, outcome.ExitKey, "asking is off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := openTerminal(t)
			code := m.exit(m.start(dir, test.env, nil, test.args...))
			if code != test.code || !strings.Contains(m.seen.String(), test.want) {
				t.Errorf("exit %d, want %d with %q:\n%s", code, test.code, test.want, m.seen.String())
			}
		})
	}
}

// TestMintTells checks that mint describes the new token on a terminal, beside the token
// and not in it.
func TestMintTells(t *testing.T) {
	dir := t.TempDir()
	if r := try(t, "keygen", "hmac", "-o", filepath.Join(dir, "k")); r.code != 0 {
		t.Fatal(r.stderr)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--expires", "12h", "--scopes", "r,w"}, "UTC (in 12h), scopes r w"},
		{[]string{"--expires", "never"}, "never expires"},
	} {
		m := openTerminal(t)
		out := filepath.Join(t.TempDir(), "out")
		f, err := os.Create(out)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		cmd := m.start(dir, nil, func(cmd *exec.Cmd) { cmd.Stdout = f }, append([]string{"mint", "--secret-file", "k", "--sub", "ada"}, test.args...)...)
		code := m.exit(cmd)
		token, err := os.ReadFile(out)
		if code != 0 || err != nil || !strings.Contains(m.seen.String(), test.want) || strings.Count(string(token), "\n") != 1 {
			t.Errorf("exit %d, %v: %s", code, err, m.seen.String())
		}
	}
}
