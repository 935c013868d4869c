package main

import (
	"errors"
	"io/fs"
	"os"
)

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// reason is what went wrong with a file, without its name: the name given for a
// passphrase file may be the passphrase itself, typed in the wrong place.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
