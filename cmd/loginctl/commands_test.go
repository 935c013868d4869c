package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/urfave/cli/v2"
)

// every calls f with each command that does something, and its path.
func every(commands []*cli.Command, path string, f func(path string, c *cli.Command)) {
	for _, c := range commands {
		name := strings.TrimSpace(path + " " + c.Name)
		if len(c.Subcommands) > 0 {
			every(c.Subcommands, name, f)
			continue
		}
		f(name, c)
	}
}

func prepared() []*cli.Command {
	return all(terminal.New(nil, nil, nil, nil), commands())
}

// counted is the table of the commands, with constructors that count their calls.
func counted(calls map[string]int) []entry {
	table := commands()
	for i := range table {
		name, build := table[i].name, table[i].build
		table[i].build = func(env *terminal.Env) *cli.Command {
			calls[name]++
			return build(env)
		}
	}
	return table
}

// TestOnlyTheNamedCommandIsBuilt counts constructors: a command pays for itself alone.
func TestOnlyTheNamedCommandIsBuilt(t *testing.T) {
	for _, e := range commands() {
		calls := map[string]int{}
		env := terminal.New(strings.NewReader(""), io.Discard, io.Discard, noEnv)
		if err := execute(t.Context(), env, counted(calls), []string{outcome.Program(), e.name}); err != nil && e.name == "version" {
			t.Errorf("version: %v", err)
		}
		if len(calls) != 1 || calls[e.name] != 1 {
			t.Errorf("%s builds %v", e.name, calls)
		}
	}
}

// TestTheListBuildsEveryCommand is the other side: a line that names no command needs
// all of them, each once.
func TestTheListBuildsEveryCommand(t *testing.T) {
	for _, line := range [][]string{{"--help"}, {"--json", "version"}, {"verfy"}, {}} {
		calls := map[string]int{}
		table := counted(calls)
		build(terminal.New(nil, nil, nil, nil), table, append([]string{outcome.Program()}, line...))
		for _, e := range table {
			if calls[e.name] != 1 {
				t.Errorf("%q builds %s %d times, want once", line, e.name, calls[e.name])
			}
		}
	}
}

// TestCommandsAreDocumented checks that each command has a line of usage, examples that
// the parser accepts, and a help of at most 80 columns.
func TestCommandsAreDocumented(t *testing.T) {
	every(prepared(), "", func(path string, c *cli.Command) {
		if c.SkipFlagParsing {
			return
		}
		if c.Usage == "" || c.UsageText == "" || c.Action == nil {
			t.Errorf("%s lacks its usage, its examples or its action", path)
		}
		if !strings.Contains(c.UsageText, path) {
			t.Errorf("%s: the examples are of other commands", path)
		}
		for _, example := range strings.Split(c.UsageText, "\n") {
			if _, err := cmdline.Parse(prepared(), prepared, shellWords(outcome.Program()+" "+example)); err != nil {
				t.Errorf("%s: the example %q: %v", path, example, err)
			}
		}
		r := try(t, append(strings.Fields(path), "--help")...)
		if r.code != 0 || r.stderr != "" || !strings.HasPrefix(r.stdout, "loginctl "+path+": ") {
			t.Errorf("%s --help: exit %d, %q", path, r.code, r.stderr)
		}
		inside80(t, path, r.stdout)
	})
	for _, args := range [][]string{{"help"}, {"help", "exit-codes"}, {"help", "environment"}} {
		inside80(t, strings.Join(args, " "), try(t, args...).stdout)
	}
}

func inside80(t *testing.T, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("the help of %s has a line of %d columns: %s", name, n, line)
		}
	}
}

// shellWords splits an example as a shell would, up to a pipe or a redirection.
func shellWords(line string) []string {
	var words []string
	quoted := false
	word := ""
	for _, r := range line + " " {
		switch {
		case r == '\'':
			quoted = !quoted
		case r == ' ' && !quoted:
			if word == "|" || word == "<" || word == ">" {
				return words
			}
			if word != "" {
				words = append(words, word)
			}
			word = ""
		default:
			word += string(r)
		}
	}
	return words
}

// TestFlagNames checks that a flag takes a value on every command or on none,
// which the parser relies on for flags before the command, and that no flag
// takes a secret.
func TestFlagNames(t *testing.T) {
	takes := map[string]bool{}
	first := map[string]string{}
	every(prepared(), "", func(path string, c *cli.Command) {
		seen := map[string]bool{}
		for _, f := range c.Flags {
			checkUsage(t, path, f)
			for _, name := range f.Names() {
				if seen[name] {
					t.Errorf("%s has two flags %s", path, name)
				}
				seen[name] = true
				if other, ok := first[name]; ok && takes[name] != cmdline.WantsValue(f) {
					t.Errorf("--%s takes a value on %s or on %s, and not on the other", name, other, path)
				}
				first[name], takes[name] = path, cmdline.WantsValue(f)
				if cmdline.Misnamed(name) != "" {
					t.Errorf("%s --%s would take a secret", path, name)
				}
			}
		}
	})
}

// checkUsage checks that the text of a flag does not repeat the name of its value, and
// that an instant and a duration have different names.
func checkUsage(t *testing.T, path string, f cli.Flag) {
	t.Helper()
	names, value, usage := cmdline.DescribeFlag(f)
	inWord := func(r rune) bool { return !unicode.IsLetter(r) && r != '_' }
	switch {
	case !cmdline.WantsValue(f):
	case value == "VALUE" || slices.Contains(strings.FieldsFunc(usage, inWord), value):
		t.Errorf("%s %s %s: %q repeats its value, or has none", path, names[0], value, usage)
	case (value == "TIME") != (names[0] == "--at"):
		t.Errorf("%s: %s takes %s, which is an instant", path, names[0], value)
	}
}

// TestFileSizes checks that no file of the command has more than 250 lines.
func TestFileSizes(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files found", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), "\n"); n > 250 {
			t.Errorf("%s has %d lines", file, n)
		}
	}
}

func TestSystemdVerbs(t *testing.T) {
	for _, verb := range strings.Fields(cmdline.SystemdVerbs) {
		r := try(t, verb, "1")
		if r.code != outcome.ExitUsage || !strings.Contains(r.stderr, "is a command of systemd's loginctl") {
			t.Errorf("%s: exit %d, %s", verb, r.code, r.stderr)
		}
		if cmdline.Find(prepared(), verb) != nil {
			t.Errorf("%s is a command of ours", verb)
		}
	}
	if r := try(t, "list sessions"); !strings.Contains(r.stderr, "has no command") {
		t.Errorf("a verb in pieces: %s", r.stderr)
	}
}

// TestExitCodesAreExplained checks that every code the program returns is in the help.
func TestExitCodesAreExplained(t *testing.T) {
	text := try(t, "help", "exit-codes").stdout
	for _, code := range []int{outcome.ExitOK, outcome.ExitInternal, outcome.ExitUsage, outcome.ExitMalformed, outcome.ExitSignature, outcome.ExitTime, outcome.ExitClaims, outcome.ExitKey, outcome.ExitExists, outcome.ExitLint, outcome.ExitInterrupted} {
		if !strings.Contains(text, fmt.Sprintf("\n  %3d  ", code)) {
			t.Errorf("%d is not explained", code)
		}
	}
}
