package keyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// SavePrivate writes a private file: mode 0600 from the first moment, whole or
// not at all, synced to the disk, never through a symbolic link. An existing
// file, or a symbolic link, is [ErrExists] unless overwrite is set; then a
// regular file is replaced in one step, and anything else is [ErrNotRegular].
//
// A full disk leaves nothing behind. What a kill can leave is a hidden file
// beside NAME, ".NAME.saving~", with the same mode:
//
//   - on Linux and a file system that has files without a name: nothing without
//     overwrite; with it, for the moment before the rename, the whole new file;
//   - elsewhere, with or without overwrite, what was written until then; and on
//     a file system without links NAME itself, reserved and still empty.
//
// The next [SavePrivate], [SavePublic], [SavePair] or [Update] of NAME removes
// the hidden file, and nothing else does. Where directories cannot be locked, it
// might be another program's: a save that needs the name is [ErrBusy] and says
// which file to remove. A NAME over 200 bytes is cut in its name, and a NAME that
// ends as these do is refused, with [fs.ErrInvalid].
func SavePrivate(path string, data []byte, overwrite bool) error {
	return save(path, data, 0o600, overwrite)
}

// SavePublic is [SavePrivate] with mode 0644, less what the umask takes away.
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

// saveError adds what was done to an error, the path once.
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

// checkVacant reports whether path may be written. A link is not followed: what it
// points to would be replaced, or the link itself, and neither was asked for.
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
