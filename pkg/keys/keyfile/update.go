package keyfile

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
)

// Update replaces the file at path with what change makes of its content, in
// one step and keeping its mode and owner, as for a JWK Set in use. Concurrent
// updates, of other processes too, wait for each other. What comes out the
// same is not written. A symbolic link is [ErrNotRegular]: name the file it
// points to. An error of change is returned as it is, and leaves the file alone;
// change must not save to the same directory, which is locked.
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
		return saveError(path, tooLarge())
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
	// Somebody who does not lock, such as an editor, may have been faster.
	now, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !os.SameFile(now, info) || !now.ModTime().Equal(info.ModTime()) || now.Size() != info.Size() {
		return fmt.Errorf("%w: it changed in the meantime; try again", ErrBusy)
	}
	return s.replace()
}
