package main

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/help"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/jwkscmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/urfave/cli/v2"
)

// allCommands are the commands as a run of the program has them.
func allCommands() []*cli.Command {
	return all(terminal.New(strings.NewReader(""), io.Discard, io.Discard, noEnv), commands())
}

func noEnv(string) (string, bool) { return "", false }

// offered returns what is offered after the words of a line, of which the last
// is the unfinished one, and the directive.
func offered(words ...string) (candidates []string, directive string) {
	lines := strings.Split(strings.TrimSuffix(help.Complete(allCommands(), jwkscmd.KIDs, words), "\n"), "\n")
	for _, line := range lines[:len(lines)-1] {
		candidate, _, _ := strings.Cut(line, "\t")
		candidates = append(candidates, candidate)
	}
	return candidates, lines[len(lines)-1]
}

func TestComplete(t *testing.T) {
	for _, test := range []struct {
		name      string
		words     []string
		want      []string
		directive string
	}{
		{"half a command", []string{"mi"}, []string{"mint"}, ":done"},
		{"no such command", []string{"nosuch"}, nil, ":done"},
		{"hidden commands are not offered", []string{"__"}, nil, ":done"},
		{"an algorithm", []string{"verify", "--alg", "ES"}, []string{"ES256", "ES384", "ES512"}, ":done"},
		{"an algorithm behind =", []string{"verify", "--alg=Ed"}, []string{"--alg=EdDSA"}, ":done"},
		{"one dash is as good as two", []string{"verify", "-alg=Ed"}, []string{"-alg=EdDSA"}, ":done"},
		{"no algorithm of that name", []string{"verify", "--alg", "none"}, nil, ":done"},
		{"a file", []string{"verify", "--key", "x"}, nil, ":files"},
		{"a file behind =", []string{"verify", "--key=x"}, nil, ":files --key="},
		{"a file for a short flag", []string{"keygen", "-o", ""}, nil, ":files"},
		{"a file with a token", []string{"verify", "@x"}, nil, ":files @"},
		{"a token is not completed", []string{"verify", "eyJ"}, nil, ":done"},
		{"a source of the passphrase", []string{"mint", "--passphrase-from", "e"}, []string{"env:"}, ":nospace"},
		{"no name of a variable", []string{"mint", "--passphrase-from", "env:HO"}, nil, ":done"},
		{"a file as the source", []string{"mint", "--passphrase-from=file:x"}, nil, ":files --passphrase-from=file:"},
		{"an unknown flag behind =", []string{"verify", "--nosuch=x"}, nil, ":done"},
		{"a switch takes no value", []string{"verify", "--json=x"}, nil, ":done"},
		{"a flag already given", []string{"keygen", "--force", "--forc"}, nil, ":done"},
		{"one that may be given again", []string{"mint", "--claim", "a=b", "--clai"}, []string{"--claim"}, ":done"},
		{"after the value of a flag", []string{"mint", "--sub", "--alg", "--forcx"}, nil, ":done"},
		{"after -- nothing is a flag", []string{"verify", "--", "--al"}, nil, ":done"},
		{"a flag before the command", []string{"--json", "vers"}, []string{"version"}, ":done"},
		{"a shell", []string{"completion", ""}, []string{"bash", "zsh", "fish", "powershell"}, ":done"},
		{"a second shell", []string{"completion", "zsh", "b"}, nil, ":done"},
		{"a kind of key", []string{"keygen", "e"}, []string{"ec", "ed25519"}, ":done"},
		{"a topic of help", []string{"help", "ex"}, []string{"exit-codes"}, ":done"},
		{"files to lint", []string{"lint", "a", "b"}, nil, ":files"},
		{"no words at all", nil, names(allCommands()), ":done"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, directive := offered(test.words...)
			if !slices.Equal(got, test.want) || directive != test.directive {
				t.Errorf("got %q %q, want %q %q", got, directive, test.want, test.directive)
			}
		})
	}
}

func names(commands []*cli.Command) []string {
	var found []string
	for _, c := range commands {
		if !c.Hidden {
			found = append(found, c.Name)
		}
	}
	return found
}

// Every flag of every command is offered, and one for a file completes files.
func TestCompleteEveryFlag(t *testing.T) {
	eachCommand(allCommands(), nil, func(path []string, c *cli.Command) {
		for _, f := range c.Flags {
			name := "--" + f.Names()[0]
			if got, _ := offered(append(path, name)...); cmdline.VisibleFlag(f) && !slices.Contains(got, name) {
				t.Errorf("%v does not offer %s", path, name)
			}
			s, ok := f.(*cli.StringFlag)
			if _, directive := offered(append(path, name, "")...); ok && s.TakesFile && directive != ":files" {
				t.Errorf("%v %s answers %s", path, name, directive)
			}
		}
	})
}

// eachCommand visits the commands that are not groups, with their names.
func eachCommand(commands []*cli.Command, path []string, visit func([]string, *cli.Command)) {
	for _, c := range commands {
		if at := append(slices.Clone(path), c.Name); len(c.Subcommands) > 0 {
			eachCommand(c.Subcommands, at, visit)
		} else if !c.SkipFlagParsing {
			visit(at, c)
		}
	}
}

// FuzzComplete checks the form of the answer for any words.
func FuzzComplete(f *testing.F) {
	f.Add("verify --alg=R")
	f.Add("help  key ")
	f.Add("\x00 --passphrase-from=file: @")
	commands := allCommands()
	f.Fuzz(func(t *testing.T, line string) {
		answer := help.Complete(commands, jwkscmd.KIDs, strings.Split(line, " "))
		last := answer[strings.LastIndexByte(strings.TrimSuffix(answer, "\n"), '\n')+1:]
		if !strings.HasPrefix(last, ":done\n") && !strings.HasPrefix(last, ":nospace\n") && !strings.HasPrefix(last, ":files") {
			t.Errorf("the answer to %q ends in %q", line, last)
		}
	})
}
