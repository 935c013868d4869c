package input

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
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

// CleanToken finds the token in what was copied along with it: an Authorization
// header, "Bearer", quotes, a newline, the JSON answer of an OAuth server.
func CleanToken(text string) (string, error) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if strings.HasPrefix(text, "{") {
		return tokenInJSON(text)
	}
	text = unquote(text)
	text = strings.TrimSpace(TrimPrefixFold(text, "authorization:"))
	text = unquote(strings.TrimSpace(TrimPrefixFold(text, "bearer ")))
	switch {
	case text == "":
		return "", NoToken()
	case strings.ContainsRune(text, '\n'):
		return "", outcome.Failed(login.ErrMalformed, "several lines are no token", manyTokens)
	case strings.ContainsAny(text, " \t\r"):
		return "", outcome.Failed(login.ErrMalformed, "several tokens, or one with blanks in it, are no token", manyTokens)
	}
	return text, nil
}

// tokenInJSON takes the token out of a token endpoint's answer (RFC 6749 section 5.1).
func tokenInJSON(text string) (string, error) {
	var answer map[string]jsontext.Value
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return "", fmt.Errorf("reading the JSON given for a token: %w", login.ErrMalformed)
	}
	for _, name := range []string{"access_token", "id_token", "token"} {
		var token string
		if value, ok := answer[name]; ok && json.Unmarshal(value, &token) == nil && token != "" {
			return token, nil
		}
	}
	return "", outcome.Failed(login.ErrMalformed, "the JSON given for a token holds none", "looked for are access_token, id_token and token")
}

func unquote(s string) string {
	for _, quote := range []string{`"`, "'", "`"} {
		if inner, ok := strings.CutPrefix(s, quote); ok {
			if inner, ok = strings.CutSuffix(inner, quote); ok {
				return strings.TrimSpace(inner)
			}
		}
	}
	return s
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
