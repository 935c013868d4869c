package input

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokentext"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/urfave/cli/v2"
)

// MaxInput bounds what one token is looked for in. A token has at most 16 KiB,
// an OAuth answer holds some more beside it.
const MaxInput = 64 << 10

// MaxToken is the most bytes that a token has without a setting (pkg/login's default).
const MaxToken = 16 << 10

const TokenArg = "[TOKEN]"

// token finds the one token to work on: the argument, @FILE, "-", LOGINCTL_TOKEN,
// or standard input if that is no terminal.
func ReadToken(env *terminal.Env, c *cli.Context) (string, error) {
	text, err := TokenText(env, c.Args().First())
	if err != nil {
		return "", err
	}
	return CleanToken(text)
}

func TokenText(env *terminal.Env, arg string) (string, error) {
	switch {
	case arg == "-":
		return tokenFrom(env, "-")
	case strings.HasPrefix(arg, "@"):
		return tokenFrom(env, arg[1:])
	case terminal.IsFile(arg):
		return "", outcome.Failed(login.ErrMalformed, "the name of a file is no token", "did you mean @"+terminal.QuoteShell(arg)+"?")
	case arg != "":
		return arg, nil
	}
	if text, ok := TokenVariable(env); ok {
		return text, nil
	}
	if terminal.IsTerminal(env.Stdin) {
		return "", NoToken()
	}
	return tokenFrom(env, "-")
}

// TokenVariable returns LOGINCTL_TOKEN, and warns where another token may be
// waiting on standard input: of that nothing would be said.
func TokenVariable(env *terminal.Env) (string, bool) {
	text, ok := env.Variable("LOGINCTL_TOKEN")
	f, opened := env.Stdin.(*os.File)
	if !ok || !opened || env.StdinUser != "" {
		return text, ok
	}
	// Of a pipe nobody can tell without reading: many jobs have an empty one.
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
		env.Warn("LOGINCTL_TOKEN is used and standard input is not read; - reads it")
	}
	return text, ok
}

func tokenFrom(env *terminal.Env, file string) (string, error) {
	data, err := ReadNamed(env, file, "the token", MaxInput)
	if errors.Is(err, outcome.ErrTooMuch) {
		return "", fmt.Errorf("reading the token: %w", login.ErrTooLarge)
	}
	return string(data), err
}

func NoToken() error { return outcome.Failed(outcome.ErrNoToken, outcome.ErrNoToken.Error()) }

const manyTokens = "for many tokens, one a line: " + outcome.Program + " verify --batch FILE"

// CleanToken finds the token in the text that was copied along with it. Package
// tokentext says which forms are read.
func CleanToken(text string) (string, error) {
	token, err := tokentext.Find(text)
	switch {
	case errors.Is(err, tokentext.ErrNone):
		return "", NoToken()
	case errors.Is(err, tokentext.ErrJSON):
		return "", outcome.Failed(login.ErrMalformed, "the JSON given for a token holds none", "looked for are access_token, id_token and token")
	case err != nil:
		return "", outcome.Failed(login.ErrMalformed, "several tokens, or one with blanks in it, are not a token", manyTokens)
	}
	return token, nil
}

func TrimPrefixFold(s, prefix string) string {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):]
	}
	return s
}

// CleanLine is cleanToken for a line of a batch, where JSON is no answer.
func CleanLine(line string) string {
	line = strings.TrimSpace(line)
	if line == "" || line[0] != '"' && line[0] != '\'' && strings.IndexByte(line, ' ') < 0 {
		return line // nearly all are
	}
	text, err := CleanToken(line)
	if err != nil {
		return line
	}
	return text
}
