package cmdline

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// checkStdin refuses a line that reads two things from standard input, before the first
// of them is read and lost.
func (l *Line) checkStdin() error {
	first := ""
	for _, content := range l.fromStdin() {
		switch {
		case first == "":
			first = content
		case first == content:
			return terminal.StdinTwice(content, "another one")
		default:
			return terminal.StdinTwice(first, content)
		}
	}
	return nil
}

// fromStdin lists the things that the line reads from standard input.
func (l *Line) fromStdin() []string {
	var found []string
	for i, arg := range l.args[:len(l.args)-l.literal] {
		if arg == "-" || arg == "@-" {
			found = append(found, contentName(ArgumentName(l.Command.ArgsUsage, i)))
		}
	}
	for _, g := range l.flags {
		f, ok := FindFlag(l.Command.Flags, g.Name).(*cli.StringFlag)
		source := ok && strings.HasSuffix(g.Name, "passphrase-from") && readsStdin(strings.TrimPrefix(g.value, "file:"))
		if ok && f.TakesFile && g.Name != "out" && readsStdin(g.value) || source {
			found = append(found, contentName(strings.TrimSuffix(g.Name, "-from")))
		}
	}
	return found
}

// ReadsStdin reports whether an argument or a flag of the line reads standard input.
func (l *Line) ReadsStdin() bool { return l.Command != nil && len(l.fromStdin()) > 0 }

// readsStdin reports whether a source is standard input.
func readsStdin(source string) bool {
	switch source {
	case "-", "fd:0", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0":
		return true
	}
	return false
}

// contentName returns the content of a flag or an argument for messages.
func contentName(name string) string {
	switch name {
	case "TOKEN", "TOKEN|FILE", "token", "from":
		return "the token"
	case "batch":
		return "the tokens"
	case "CLAIMS":
		return "the claims"
	case "KEY", "key":
		return "the key"
	case "PUBLIC-KEY":
		return "the public key"
	case "SET-FILE", "jwks":
		return "the key set"
	case "secret-file":
		return "the secret"
	case "passphrase-file", "passphrase":
		return "the passphrase"
	case "new-passphrase-file", "new-passphrase":
		return "the new passphrase"
	}
	return "the content of " + name
}
