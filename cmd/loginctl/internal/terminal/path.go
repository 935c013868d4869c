package terminal

import (
	"errors"
	"io/fs"
	"os"
)

func IsFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// Reason is what went wrong with a file, without its name: the name given for a
// passphrase file may be the passphrase itself, typed in the wrong place.
func WithoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func IsFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
