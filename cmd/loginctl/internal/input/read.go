// Package input reads the things that commands work on: tokens, keys, secrets, key sets,
// claims and passphrases, from files, standard input and the environment.
package input

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// ReadStdin reads standard input to its end, at most limit bytes. content is its name
// in messages.
func ReadStdin(env *terminal.Env, content string, limit int64) ([]byte, error) {
	r, err := env.TakeStdin(content)
	if err != nil {
		return nil, err
	}
	if terminal.IsTerminal(env.Stdin) {
		env.Note("%s: reading %s from the terminal; %s ends it", outcome.Program(), content, terminal.EndKey())
	}
	return readLimited(r, limit)
}

// ReadInput reads a file, or standard input for "-". A pipe will do, such as a shell's
// <(command).
func ReadInput(env *terminal.Env, name, content string, limit int64) ([]byte, error) {
	if name == "-" {
		return ReadStdin(env, content, limit)
	}
	if data, ok, err := readSource(env, name, limit); ok {
		return data, err
	}
	data, err := readFile(name, limit)
	if path := (*fs.PathError)(nil); errors.As(err, &path) && path.Op == "open" {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, terminal.WithoutPath(err))
	}
	return data, nil
}

// ReadNamed is [ReadInput] for an argument that was given as @FILE.
func ReadNamed(env *terminal.Env, name, content string, limit int64) ([]byte, error) {
	if name == "" {
		return nil, outcome.Usage("@ names no file", "give "+content+" as @FILE, or - for standard input")
	}
	data, err := ReadInput(env, name, content, limit)
	if errors.Is(err, fs.ErrNotExist) {
		shown := strconv.Quote(name)
		if strings.HasPrefix(name, "eyJ") { // a token
			shown = terminal.Shorten(name)
		}
		return nil, outcome.Failed(outcome.ErrIO, "reading "+content+": no such file "+shown, "@FILE is the name of a file, - is standard input")
	}
	return data, err
}

func readLimited(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: over %d bytes", outcome.ErrTooMuch, limit)
	}
	return data, err
}

// Chomp cuts exactly one newline, LF or CRLF, off the end, as a file or a pipe adds it.
func Chomp(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
		if n := len(b); n > 0 && b[n-1] == '\r' {
			b = b[:n-1]
		}
	}
	return b
}

// warnIfReadable warns if other users can read a private file.
func warnIfReadable(env *terminal.Env, name string) {
	if mode, open := openToOthers(name); open {
		env.Warn("%s can be read by others (mode %04o): chmod 600 %s", name, mode, terminal.QuoteShell(name))
	}
}

// openToOthers returns the mode of a file, and whether it lets other users read it. On
// Windows the mode does not say, and the result is false.
func openToOthers(name string) (fs.FileMode, bool) {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || runtime.GOOS == "windows" {
		return 0, false
	}
	return info.Mode().Perm(), info.Mode().Perm()&0o077 != 0
}
