package terminal

import (
	"errors"
	"io/fs"
	"os"
)

// IsFile reports whether name is a regular file.
func IsFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// WithoutPath returns the cause of a file error without the file's name: the name given
// for a passphrase file may be the passphrase itself, typed in the wrong place.
func WithoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// IsFolder reports whether name is a folder.
func IsFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
