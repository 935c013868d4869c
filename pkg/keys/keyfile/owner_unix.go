//go:build unix

package keyfile

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives f the owner and group of the file it replaces, so that a service
// can still read a file after an administrator has updated it.
func keepOwner(f *os.File, old fs.FileInfo) error {
	now, err := f.Stat()
	if err != nil {
		return err
	}
	was, isOld := old.Sys().(*syscall.Stat_t)
	is, isNew := now.Sys().(*syscall.Stat_t)
	if !isOld || !isNew || was.Uid == is.Uid && was.Gid == is.Gid {
		return nil
	}
	return f.Chown(int(was.Uid), int(was.Gid))
}

// restrict does nothing: the file was created with its mode.
func restrict(string, fs.FileMode) error { return nil }
