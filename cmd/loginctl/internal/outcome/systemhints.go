package outcome

import (
	"errors"
	"io/fs"
	"syscall"
)

// systemHints returns the hint for an error of the operating system: that of its cause,
// or else the given one, or none for "".
func systemHints(err error, otherwise string) []string {
	for _, row := range []struct {
		is   error
		hint string
	}{
		{syscall.ENOSPC, "the disk, or your part of it, is full: df -h shows the room"},
		{syscall.EDQUOT, "the disk, or your part of it, is full: df -h shows the room"},
		{syscall.EROFS, "the file system is read-only: choose a folder on another one"},
		{fs.ErrPermission, "check who may read and write it, and its folder: ls -ld"},
		{fs.ErrNotExist, "check the name, and that its folder is there"},
		{syscall.EPIPE, "the program that reads the output has ended"},
		{syscall.EISDIR, "that is a folder: name a file in it"},
		{syscall.ENOTDIR, "a part of the path is a file, where a folder is needed: check the name"},
		{syscall.ELOOP, "symbolic links lead in a circle: ls -l shows where they lead"},
		{syscall.ENAMETOOLONG, "the name is too long: give the name of a file, not its content"},
		{syscall.EBADF, "the file descriptor is not open: the shell opens one with 3< FILE"},
		{syscall.EMFILE, "too many files are open: ulimit -n shows how many may be"},
		{syscall.EIO, "the device fails: look into the log of the system, and take a copy of the file elsewhere"},
	} {
		if errors.Is(err, row.is) {
			return []string{row.hint}
		}
	}
	if otherwise == "" {
		return nil
	}
	return []string{otherwise}
}
