package lint

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/remoteset"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokentext"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// maxLint is the most bytes of one input, such as a file of tokens.
const maxLint = 1 << 20

// lintDefault lints standard input, for a line without arguments.
func lintDefault(env *terminal.Env, c *cli.Context, l *linter) error {
	if terminal.IsTerminal(env.Stdin) {
		return outcome.Usage("nothing to lint", "name a token or a file, or - for standard input")
	}
	return lintWord(env, c, l, "-", "")
}

// lintLiteral lints an argument behind "--", which is the token itself.
func lintLiteral(_ *terminal.Env, _ *cli.Context, l *linter, word, name string) error {
	return l.tokenText(word, name)
}

// lintWord lints one argument: the key set at a URL, a file if there is one of that
// name, standard input for "-", otherwise a token. Findings about a token have name as
// their subject.
func lintWord(env *terminal.Env, c *cli.Context, l *linter, word, name string) error {
	if remoteset.IsURL(word) {
		data, err := input.ReadKeySet(env, c, word)
		if err != nil {
			return err
		}
		l.Content(input.KeyName(word), data, 0)
		return nil
	}
	if word == "-" {
		data, err := input.ReadStdin(env, "the input", maxLint)
		if err != nil {
			return fmt.Errorf("reading standard input: %w", err)
		}
		if len(bytes.TrimSpace(data)) == 0 {
			return outcome.Usage("nothing to lint: standard input is empty", "name a token or a file, or pipe one in")
		}
		l.Content(stdinSubject, data, 0)
		return nil
	}
	file := strings.TrimPrefix(word, "@")
	if input.IsSource(file) {
		data, err := input.ReadInput(env, file, "the input", maxLint)
		if err != nil {
			return err
		}
		l.Content(input.KeyName(file), data, 0)
		return nil
	}
	info, err := os.Stat(file)
	switch {
	case err != nil && (errors.Is(err, fs.ErrNotExist) || looksLikeToken(word)):
		return l.tokenText(word, name)
	case err != nil:
		return fmt.Errorf("reading %s: %w", file, terminal.WithoutPath(err))
	case info.IsDir():
		return lintFolder(env, c, l, file)
	}
	data, err := input.ReadInput(env, file, "the input", maxLint)
	if err != nil {
		return err
	}
	l.Content(file, data, terminal.Mode(info))
	return nil
}

// tokenText lints a token from an argument or a variable.
func (l *linter) tokenText(text, name string) error {
	if n := tokentext.CountRefresh([]byte(text)); n > 0 {
		l.about(name)
		l.refreshTokens(n)
		return nil
	}
	token, err := input.CleanToken(text)
	if err != nil || !looksLikeToken(token) {
		return outcome.Failed(outcome.ErrNotFound, terminal.Shorten(text)+" is neither a file nor a token")
	}
	l.about(name)
	l.token(token)
	return nil
}

// refreshTokens reports refresh tokens.
func (l *linter) refreshTokens(n int) {
	l.add("token-refresh", "%s", terminal.Plural(n, "refresh token"))
}

// numbered appends its number to the name of one of several things.
func numbered(name string, i, of int) string {
	if of > 1 {
		return fmt.Sprintf("%s %d", name, i+1)
	}
	return name
}

// Content lints the content of a file or of standard input. mode is zero if there is no
// file.
func (l *linter) Content(subject string, data []byte, mode fs.FileMode) *linter {
	l.about(subject)
	if cookie := cookieIn(data); cookie != nil {
		l.cookie(cookie)
		return l
	}
	refresh := tokentext.CountRefresh(data)
	if refresh > 0 {
		l.refreshTokens(refresh)
		l.mode(mode)
	}
	if tokens := tokensIn(data); len(tokens) > 0 {
		if mode.IsRegular() && mode.Perm()&0o077 != 0 {
			l.add("file-mode-token", "other users can open it (mode %04o)", mode.Perm())
		}
		for i, token := range tokens {
			l.about(subject)
			if len(tokens) > 1 {
				l.about(fmt.Sprintf("%s:%d", subject, i+1))
			}
			l.token(token)
		}
		return l
	}
	if refresh > 0 {
		return l
	}
	info, err := keyfile.Inspect(data)
	switch {
	case err == nil && len(info.Keys) > 0, holdsSet(data):
		l.set(data, mode)
	case err == nil:
		if info.Private {
			l.mode(mode)
		}
		l.key(info, data)
	case errors.Is(err, keys.ErrNoKey) && !bytes.Contains(data, []byte("-----BEGIN")):
		l.secretOrUnknown(data, mode)
	default:
		l.refused(err)
	}
	return l
}

// tokensIn returns the tokens in data: a single one, one a line, or the token of an
// OAuth answer.
func tokensIn(data []byte) []string {
	text := strings.TrimSpace(string(data))
	if !utf8.ValidString(text) {
		return nil
	}
	if strings.HasPrefix(text, "{") {
		token, err := input.CleanToken(text)
		if err != nil {
			return nil
		}
		return []string{token}
	}
	var tokens []string
	for line := range strings.Lines(text) {
		token, err := input.CleanToken(line)
		if err != nil || !looksLikeToken(token) {
			return nil
		}
		tokens = append(tokens, token)
	}
	return tokens
}
