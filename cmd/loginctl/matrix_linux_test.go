package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/urfave/cli/v2"
)

var updateMatrix = flag.Bool("update", false, "write testdata/matrix.txt anew")

// matrixLines are a line of each command that ends with 0, with the argument that names
// an input in place of INPUT.
var matrixLines = map[string]string{
	"keygen": "keygen hmac", "mint": "mint --secret-file hs.key --sub ada", "decode": "decode @token", "verify": "verify --secret-file hs.key @token",
	"cookie": "cookie @token", "key inspect": "key inspect k.pem", "key public": "key public k.pem",
	"key convert": "key convert k.pem --no-passphrase", "key passwd": "key passwd k.pem --dry-run --no-passphrase",
	"key thumbprint": "key thumbprint k.pem", "key match": "key match k.pem k.pem.pub", "jwks new": "jwks new k.pem",
	"jwks add": "jwks add set.json k.pem --dry-run", "jwks remove": "jwks remove set.json k1 --dry-run", "jwks list": "jwks list set.json",
	"jwks rotate": "jwks rotate set.json k.pem --dry-run", "jwks fetch": "jwks fetch http://127.0.0.1:1/jwks", "lint": "lint token",
	"session list": "session list --subject ada --for sqlite", "session end": "session end --subject ada --for sqlite s1",
	"session end-all": "session end-all --subject ada --for sqlite", "completion": "completion bash", "help": "help verify",
	"version": "version", "man": "man",
}

// TestMatrix runs every command in every odd surrounding, and compares the exit codes
// with those in testdata/matrix.txt: go test -run TestMatrix -update writes them anew.
func TestMatrix(t *testing.T) {
	m := newMatrix(t)
	var b strings.Builder
	b.WriteString("# The exit codes of each command, where it is run as it should be, with --help beside its\n" +
		"# words, with an empty value, with - and with @ as its last argument, with a FIFO that is\n" +
		"# written to and one that is not in place of its file, and with standard output closed and full.\n\n")
	fmt.Fprintf(&b, "%-16s %5s %5s %5s %5s %5s %5s %5s %6s %5s\n", "command", "plain", "help", "empty", "-", "@", "fifo", "mute", "closed", "full")
	var rows []*string
	var running sync.WaitGroup // most of the time passes in waiting for a FIFO
	every(prepared(), "", func(path string, c *cli.Command) {
		if c.SkipFlagParsing || len(c.Subcommands) > 0 {
			return
		}
		line, ok := matrixLines[path]
		if !ok {
			t.Errorf("%s is not in the matrix", path)
			return
		}
		row := new(string)
		rows = append(rows, row)
		running.Go(func() { *row = m.row(path, line, emptyValue(c)) })
	})
	running.Wait()
	for _, row := range rows {
		b.WriteString(*row)
	}
	file := filepath.Join(m.source, "testdata", "matrix.txt")
	if *updateMatrix {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || b.String() != string(want) {
		t.Errorf("%v\ngot\n%s\nwant\n%s", err, b.String(), want)
	}
}

// row returns the exit codes of one command.
func (m *matrix) row(path, line, empty string) string {
	return fmt.Sprintf("%-16s %5d %5d %5d %5d %5d %5d %5d %6d %5d\n", path, m.run(line, ""), m.run(line+" --help", ""), m.run(line+" "+empty, ""),
		m.run(lastArgument(path, line, "-"), ""), m.run(lastArgument(path, line, "@"), ""), m.fifo(path, line, true), m.fifo(path, line, false),
		m.run(line, ">&-"), m.run(line, "> /dev/full"))
}

// emptyValue returns a flag of the command with an empty value, or an empty argument.
func emptyValue(c *cli.Command) string {
	for _, f := range c.Flags {
		if cmdline.WantsValue(f) && cmdline.CategoryOf(f) != cmdline.CommonCategory {
			return cmdline.Dashed(f.Names()[0]) + "="
		}
	}
	return "''"
}

// lastArgument replaces the first argument of a line, which names its input, or adds one.
func lastArgument(path, line, word string) string {
	words := strings.Fields(line)
	for i := len(strings.Fields(path)); i < len(words); i++ {
		if words[i][0] != '-' && words[i-1][0] != '-' || strings.HasPrefix(words[i], "@") {
			words[i] = word
			return strings.Join(words, " ")
		}
	}
	return line + " " + word
}

// matrix runs lines of a shell in a folder with the files that they name.
type matrix struct {
	t      *testing.T
	source string
	dir    string
	env    []string
}

func newMatrix(t *testing.T) *matrix {
	source, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	m := &matrix{t: t, source: source, dir: t.TempDir()}
	bin := filepath.Join(m.dir, "bin")
	goBuild(t, filepath.Join(bin, "loginctl"), ".")
	m.env = append(environment(bin), "CI=1")
	for _, line := range []string{"keygen hmac -o hs.key", "keygen ed25519 -o k.pem --no-passphrase", "mint --secret-file hs.key --sub ada -o token",
		"keygen ed25519 -o other.pem --no-passphrase", "jwks new other.pem --kid k1 -o set.json"} {
		if code := m.run(line, ""); code != 0 {
			t.Fatalf("%s: exit %d", line, code)
		}
	}
	return m
}

// run returns the exit code of a line, with standard input from /dev/null.
func (m *matrix) run(line, redirection string) int {
	m.t.Helper()
	cmd := exec.Command("sh", "-c", "loginctl "+line+" </dev/null "+redirection)
	cmd.Dir, cmd.Env = m.dir, m.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal to ask on
	done := make(chan error, 1)
	go func() { done <- cmd.Run() }()
	select {
	case <-done:
		return cmd.ProcessState.ExitCode()
	case <-time.After(time.Minute):
		m.t.Errorf("loginctl %s does not end", line)
		return -1
	}
}

// fifo runs a line with a FIFO in the place of its file. If written, the content of the
// file comes through it; otherwise no program opens it.
func (m *matrix) fifo(path, line string, written bool) int {
	m.t.Helper()
	words := strings.Fields(line)
	for i := len(words) - 1; i >= len(strings.Fields(path)); i-- {
		name := strings.TrimPrefix(words[i], "@")
		content, err := os.ReadFile(filepath.Join(m.dir, name))
		if err != nil {
			continue
		}
		named := strings.ReplaceAll(path, " ", "-") + ".pipe"
		pipe := filepath.Join(m.dir, named)
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			m.t.Error(err)
			return -1
		}
		defer os.Remove(pipe)
		words[i] = strings.Replace(words[i], name, named, 1)
		if written {
			f, err := os.OpenFile(pipe, os.O_RDWR, 0) // holds the pipe open, so that no end waits for the other
			if err != nil {
				m.t.Error(err)
				return -1
			}
			go func() {
				f.Write(content)
				time.Sleep(time.Second) // until the program has it open
				f.Close()
			}()
		}
		return m.run(strings.Join(words, " "), "")
	}
	return m.run(line, "")
}
