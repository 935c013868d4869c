package input

import (
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokentext"
	"github.com/loginctl/loginctl/pkg/login"
)

// MaxInput is the most bytes in which one token is looked for. A token has at most
// 16 KiB; an OAuth answer contains more beside it.
const MaxInput = 64 << 10

// MaxToken is the most bytes of a token, the default of pkg/login.
const MaxToken = 16 << 10

// TokenArg is the synopsis of a command that takes one token.
const TokenArg = "[TOKEN]"

// TokenFlag makes the flag --token, which names the source of the token.
func TokenFlag() cli.Flag {
	return cmdline.FileFlag("token", "", "`SOURCE` the token")
}

// ReadToken returns the one token to work on: from the argument, @FILE, "-", --token, or
// standard input if that is not a terminal.
func ReadToken(env *terminal.Env, c *cli.Context) (string, error) {
	text, err := TokenText(env, c)
	if err != nil {
		return "", err
	}
	return CleanToken(text)
}

// TokenText returns the text in which the token of [ReadToken] is looked for.
func TokenText(env *terminal.Env, c *cli.Context) (string, error) {
	arg, source := c.Args().First(), c.String("token")
	switch {
	case source != "" && arg != "":
		return "", outcome.Usage("the token is given as the argument and by --token", cmdline.GiveOnce)
	case source != "":
		return TokenFrom(env, source)
	case env.Literals > 0:
		return arg, nil // behind -- an argument is the token itself
	case arg == "-":
		return TokenFrom(env, "-")
	case strings.HasPrefix(arg, "@"):
		return TokenFrom(env, arg[1:])
	case terminal.IsFile(arg):
		return "", outcome.Failed(login.ErrMalformed, "the name of a file is not a token", "did you mean @"+terminal.QuoteShell(arg)+"?")
	case arg != "":
		return arg, nil
	}
	if terminal.IsTerminal(env.Stdin) {
		return "", NoToken()
	}
	return TokenFrom(env, "-")
}

// TokenFrom reads the text in which a token is looked for from a source.
func TokenFrom(env *terminal.Env, file string) (string, error) {
	data, err := ReadNamed(env, file, "the token", MaxInput)
	if errors.Is(err, outcome.ErrTooMuch) {
		return "", fmt.Errorf("reading the token: %w", login.ErrTooLarge)
	}
	return string(data), err
}

// NoToken is the error when no token is given.
func NoToken() error { return outcome.Failed(outcome.ErrNoToken, outcome.ErrNoToken.Error()) }

// CleanToken returns the token in text that was copied with it. Package tokentext
// lists the forms that are read.
func CleanToken(text string) (string, error) {
	token, err := tokentext.Find(text)
	switch {
	case errors.Is(err, tokentext.ErrNone):
		return "", NoToken()
	case errors.Is(err, tokentext.ErrJSON):
		return "", outcome.Failed(login.ErrMalformed, "the JSON given for a token does not contain one", "it is looked for in access_token, id_token and token")
	case err != nil:
		return "", outcome.Failed(login.ErrMalformed, "several tokens, or one with blanks in it, are not a token", "for many tokens, one a line: "+outcome.Program()+" verify --batch FILE")
	}
	return token, nil
}

// TrimPrefixFold cuts prefix off s, in upper or lower case.
func TrimPrefixFold(s, prefix string) string {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):]
	}
	return s
}

// MaxLine is the most bytes of a line in a batch. A longer one is too large a token,
// blanks included.
const MaxLine = 32 << 10

// CleanLine is [CleanToken] for a line of a batch. A blank line is "". An unreadable line
// is returned as it is, and the verdict on it says so.
func CleanLine(line string) string {
	if len(line) > MaxLine {
		return line
	}
	line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
	if line == "" || bare(line) {
		return line // the usual case, without an allocation
	}
	text, err := CleanToken(line)
	if err != nil {
		return line
	}
	return text
}

// bare reports whether a line consists of the characters of a token alone.
func bare(line string) bool {
	for i := range len(line) {
		c := line[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
