package keyfile

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
)

// Update replaces the content of the file at path by the result of change, in one
// step, and keeps the mode and the owner of the file. Concurrent updates wait for
// each other, also across processes. If change returns the content unchanged,
// nothing is written.
//
// A symbolic link is [ErrNotRegular]: name its target. An error from change is
// returned as it is, and the file stays as it was. change must not save to the same
// directory, because that directory is locked.
func Update(path string, change func(old []byte) ([]byte, error)) error {
	dir, err := lockDir(path)
	if err != nil {
		return saveError(path, err)
	}
	defer dir.unlock()
	dir.sweep(path)
	info, err := os.Lstat(path)
	if err != nil {
		return saveError(path, err)
	}
	if !info.Mode().IsRegular() {
		return saveError(path, fmt.Errorf("%w: it is not replaced", ErrNotRegular))
	}
	old, err := Read(path)
	if err != nil {
		return err
	}
	defer clear(old)
	data, err := change(bytes.Clone(old))
	if err != nil || bytes.Equal(data, old) {
		return err
	}
	if len(data) > MaxSize {
		return saveError(path, tooLarge(MaxSize))
	}
	return saveError(path, dir.rewrite(path, data, info))
}

// rewrite replaces the file that info describes.
func (d *lockedDir) rewrite(path string, data []byte, info fs.FileInfo) error {
	s, err := d.stage(path, data, 0o600)
	if err != nil {
		return err
	}
	defer s.discard()
	if err := keepOwner(s.file, info); err != nil {
		return err
	}
	if err := s.file.Chmod(info.Mode().Perm()); err != nil {
		return err
	}
	// A program that takes no lock, such as an editor, may have saved in the meantime.
	now, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !os.SameFile(now, info) || !now.ModTime().Equal(info.ModTime()) || now.Size() != info.Size() {
		return fmt.Errorf("%w: it changed in the meantime; try again", ErrBusy)
	}
	return s.replace()
}
