package lint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// lintFolder lints the files of a folder, with -r those of the folders in it too. A file
// that is of no kind that lint knows is noted and does not fail the run, since folders
// have other files too.
func lintFolder(env *terminal.Env, c *cli.Context, l *linter, folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			l.unread(path, err)
			return nil
		case path == folder:
			return nil
		case entry.IsDir() && !c.Bool("recursive"):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		l.lintEntry(env, path)
		return nil
	})
}

// lintEntry lints one file of a folder. It opens regular files only: a FIFO would
// keep the run waiting.
func (l *linter) lintEntry(env *terminal.Env, path string) {
	if !terminal.IsFile(path) {
		l.about(path)
		l.add("file-skipped", "it is not a regular file, and was not looked into")
		return
	}
	data, mode, err := readEntry(env, path)
	switch {
	case errors.Is(err, outcome.ErrTooMuch):
		l.about(path)
		l.add("file-skipped", "it has more than 1 MiB, and was not looked into")
	case err != nil:
		l.unread(path, err)
	case l.Content(path, data, mode).only("file-unknown"):
		l.found[len(l.found)-1] = l.finding("file-skipped", "it is neither a token, a key, a key set nor a secret")
	}
}

func readEntry(env *terminal.Env, path string) ([]byte, fs.FileMode, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	data, err := input.ReadInput(env, path, "the input", maxLint)
	return data, info.Mode(), err
}

// only reports whether a rule alone found something about the current subject.
func (l *linter) only(id string) bool {
	n := 0
	for _, f := range l.found {
		if f.Subject == l.subject {
			n++
		}
	}
	return n == 1 && l.found[len(l.found)-1].Rule == id
}

// unread reports a file that could not be read.
func (l *linter) unread(path string, err error) {
	l.about(path)
	l.add("file-unread", "it could not be read: %v", terminal.WithoutPath(err))
}
