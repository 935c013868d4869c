package keys

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// SavePrivate writes a private file: mode 0600 from the first moment, whole or
// not at all, synced, never through a symbolic link. An existing file is
// [ErrExists] unless overwrite is set; then it is replaced in one step.
func SavePrivate(path string, data []byte, overwrite bool) error {
	return saveFile(path, data, 0o600, overwrite)
}

// SavePublic is [SavePrivate] with mode 0644.
func SavePublic(path string, data []byte, overwrite bool) error {
	return saveFile(path, data, 0o644, overwrite)
}

// SavePair writes a private key and its public half so that either both are
// there or the error says which is not; without overwrite neither may exist.
func SavePair(privatePath string, private []byte, publicPath string, public []byte, overwrite bool) error {
	if !overwrite {
		if _, err := os.Lstat(publicPath); err == nil {
			return fmt.Errorf("saving %s: %w", publicPath, ErrExists)
		}
	}
	if err := SavePrivate(privatePath, private, overwrite); err != nil {
		return err
	}
	if err := SavePublic(publicPath, public, overwrite); err != nil {
		if !overwrite {
			os.Remove(privatePath)
		}
		return err
	}
	return nil
}

// Update replaces the file at path with what change makes of its content, in
// one step and keeping its mode, as for a JWK Set in use.
func Update(path string, change func(old []byte) ([]byte, error)) error {
	old, err := ReadFile(path)
	if err != nil {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	data, err := change(bytes.Clone(old))
	if err != nil {
		return err
	}
	return saveFile(path, data, info.Mode().Perm(), true)
}

func saveFile(path string, data []byte, mode os.FileMode, overwrite bool) error {
	if err := replace(path, data, mode, overwrite); err != nil {
		if errors.Is(err, os.ErrExist) {
			err = ErrExists
		}
		return fmt.Errorf("saving %s: %w", path, pathless(err))
	}
	return nil
}

func replace(path string, data []byte, mode os.FileMode, overwrite bool) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if overwrite {
		return os.Rename(f.Name(), path)
	}
	return os.Link(f.Name(), path)
}
