package keyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// SavePrivate writes data to a file with mode 0600 from the moment it is created.
// The file is complete and synced to the disk, or it is not there. If path exists,
// or is a symbolic link, the error is [ErrExists], unless overwrite is set: then a
// regular file is replaced in one step, and anything else is [ErrNotRegular].
//
// A full disk leaves nothing behind. A process that is killed can leave a hidden
// file ".NAME.saving~" beside NAME, with the same mode:
//
//   - on Linux, with a file system that supports files without a name: only if it
//     overwrites, and only between naming and renaming the complete new file;
//   - elsewhere: the part written so far, and on a file system without links also
//     NAME itself, reserved and still empty.
//
// The next [SavePrivate], [SavePublic], [SavePair] or [Update] of NAME removes the
// hidden file. If the directory cannot be locked, the hidden file might belong to
// another program: a save that needs its name is [ErrBusy], and the error says
// which file to remove. Names over 200 bytes are shortened in the hidden name. A
// NAME that ends in .saving~ or .replaced~ is refused with [fs.ErrInvalid].
func SavePrivate(path string, data []byte, overwrite bool) error {
	return save(path, data, 0o600, overwrite)
}

// SavePublic is [SavePrivate] with mode 0644, reduced by the umask.
func SavePublic(path string, data []byte, overwrite bool) error {
	return save(path, data, 0o644, overwrite)
}

func save(path string, data []byte, mode fs.FileMode, overwrite bool) error {
	dir, err := lockDir(path)
	if err != nil {
		return saveError(path, err)
	}
	defer dir.unlock()
	dir.sweep(path)
	if err := checkVacant(path, overwrite); err != nil {
		return saveError(path, err)
	}
	s, err := dir.stage(path, data, mode)
	if err != nil {
		return saveError(path, err)
	}
	defer s.discard()
	return saveError(path, s.commit(overwrite))
}

// saveError says which file was being saved. The path appears once.
func saveError(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrExists), errors.Is(err, ErrNotRegular), errors.Is(err, ErrBusy):
	case errors.Is(err, fs.ErrExist):
		err = ErrExists
	}
	return fmt.Errorf("saving %s: %w", path, pathless(err))
}

// checkVacant reports whether path may be written. Symbolic links are refused:
// replacing either the link or its target could surprise the caller.
func checkVacant(path string, overwrite bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !overwrite:
		return ErrExists
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: it is not replaced", ErrNotRegular)
	}
	return nil
}
