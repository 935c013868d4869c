package terminal

import (
	"fmt"
	"io"
	"os"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// TakeStdin returns standard input, to read content from. It can be read only once, so
// a second call is an error.
func (env *Env) TakeStdin(content string) (io.Reader, error) {
	if env.StdinUser != "" {
		return nil, StdinTwice(env.StdinUser, content)
	}
	env.StdinUser = content
	return env.Stdin, nil
}

// warnOfUnread says that standard input has content that the command did not use: an
// operator who pipes something in expects that it counts.
func (env *Env) warnOfUnread() {
	if f, ok := env.Stdin.(*os.File); ok && env.StdinUser == "" && hasContent(f) {
		env.Warn("standard input has content, and this command did not read it")
	}
}

// hasContent reports whether a file or a pipe has bytes to read, without reading them. A
// file that is read already, as by the loop of a shell around the command, has none.
func hasContent(f *os.File) bool {
	info, err := f.Stat()
	switch {
	case err != nil:
		return false
	case info.Mode().IsRegular():
		at, err := f.Seek(0, io.SeekCurrent)
		return err == nil && at == 0 && info.Size() > 0
	}
	return info.Mode()&os.ModeNamedPipe != 0 && waiting(f) > 0
}

// StdinTwice is the error for a line that reads two things from standard input.
func StdinTwice(one, other string) error {
	return outcome.Usage(fmt.Sprintf("standard input cannot hold both %s and %s", one, other), "give one of them in a file")
}
