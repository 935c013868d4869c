package keycmd

import (
	"fmt"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// failures counts the files of a line that could not be read. The others are reported
// all the same.
type failures struct {
	first error
	n     int
}

// unreadFile is the error of one file under --json.
type unreadFile struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// add counts an error and returns it for the report. In text it is a warning, since the
// error of the run comes last.
func (s *failures) add(env *terminal.Env, name string, err error) *unreadFile {
	f := outcome.Classify(err)
	if s.n++; s.first == nil {
		s.first = err
		return &unreadFile{f.Word, env.Redactor.Hide(f.Message)}
	}
	env.Warn("%s: %s", input.KeyName(name), f.Message)
	return &unreadFile{f.Word, env.Redactor.Hide(f.Message)}
}

// of returns the error of a run over several files: the first, with their number.
func (s *failures) of(files int) error {
	if s.first == nil {
		return nil
	}
	f := *outcome.Classify(s.first)
	f.KeepResult = true
	f.Message = fmt.Sprintf("%d of %d files could not be read; the first: %s", s.n, files, f.Message)
	return &f
}
