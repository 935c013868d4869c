package keyfile

import "errors"

// Errors returned by this package. An error names the file and matches one of
// these with [errors.Is], or [keys.ErrTooLarge], or an error of the operating system,
// such as [io/fs.ErrNotExist]. The Load functions also return those of package keys.
//
// Saving takes an advisory lock on the directory (flock on Unix). Anyone who can
// read the directory can block saving, never corrupt a file.
var (
	// ErrNotRegular is for a pipe, socket, device or directory, and when saving also
	// for a symbolic link.
	ErrNotRegular = errors.New("not a regular file")
	// ErrExists is for a file that saving would overwrite.
	ErrExists = errors.New("file exists")
	// ErrBusy means that another process kept the lock for ten seconds, or changed the
	// file during an update.
	ErrBusy = errors.New("file is being updated")
)
