package cmdline

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// Split splits a flag from the line into name and value: -name, --name, --name=value.
func Split(word string) WrittenFlag {
	name, value, has := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
	return WrittenFlag{name, value, has}
}

// looksLikeFlag reports whether s is a flag: not a negative number, and not "-", which
// stands for standard input.
func looksLikeFlag(s string) bool {
	return len(s) > 1 && s[0] == '-' && (s[1] < '0' || s[1] > '9')
}

// Find returns the command of that name, or nil.
func Find(commands []*cli.Command, name string) *cli.Command {
	for _, c := range commands {
		if c.HasName(name) {
			return c
		}
	}
	return nil
}

// FindFlag returns the flag of that name, or nil.
func FindFlag(flags []cli.Flag, name string) cli.Flag {
	for _, f := range flags {
		for _, n := range f.Names() {
			if n == name {
				return f
			}
		}
	}
	return nil
}

// WantsValue reports whether a flag takes a value.
func WantsValue(f cli.Flag) bool {
	d, ok := f.(cli.DocGenerationFlag)
	return ok && d.TakesValue()
}

// Dashed writes a flag's name as it is typed.
func Dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
