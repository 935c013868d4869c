package keyfile

import "errors"

// Errors returned by this package. An error names the file and matches one of
// these with [errors.Is], or an error of the operating system, such as
// [io/fs.ErrNotExist].
//
// Saving takes an advisory lock on the directory (flock on Unix). Anyone who can
// read the directory can block saving, never corrupt a file.
var (
	ErrTooLarge   = errors.New("key too large")         // a file over [MaxSize]
	ErrNotRegular = errors.New("not a regular file")    // a pipe, socket, device, directory; when saving a symbolic link
	ErrExists     = errors.New("file exists")           // saving would overwrite
	ErrBusy       = errors.New("file is being updated") // another process holds the lock for ten seconds; see above
)
