package keyfile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// staged is a file that is written and synced, and does not have its final name
// yet.
type staged struct {
	dir  *lockedDir
	file *os.File
	path string // the final name
	temp string // its name until then; empty for a file without a name
}

// Suffixes of the hidden files that exist while a file is saved.
const (
	savingSuffix   = ".saving~"
	replacedSuffix = ".replaced~"
)

// longName is the length in bytes from which names are shortened: hidden names must
// stay below the 255 bytes of most file systems.
const longName = 200

// sibling returns the name of a hidden file beside path. It is in the same
// directory, so that renaming it is one step. Long names end in a hash, so that two
// of them never share a hidden file.
func sibling(path, suffix string) string {
	base := filepath.Base(path)
	if len(base) > longName {
		sum := sha256.Sum256([]byte(base))
		base = strings.ToValidUTF8(base[:longName], "") + hex.EncodeToString(sum[:8])
	}
	return filepath.Join(filepath.Dir(path), "."+base+suffix)
}

// checkName refuses names that a save of another file would remove as leftovers.
func checkName(path string) error {
	for _, suffix := range []string{savingSuffix, replacedSuffix} {
		if strings.HasSuffix(path, suffix) {
			return fmt.Errorf("%w: names that end in %s are reserved for unfinished saves", fs.ErrInvalid, suffix)
		}
	}
	return nil
}

// stage writes data to a new file that commit will name path.
func (d *lockedDir) stage(path string, data []byte, mode fs.FileMode) (*staged, error) {
	f := createUnnamed(filepath.Dir(path), mode)
	if f == nil {
		return d.stageNamed(path, data, mode)
	}
	return (&staged{dir: d, file: f, path: path}).write(data)
}

// stageNamed is stage for systems where every file has a name.
func (d *lockedDir) stageNamed(path string, data []byte, mode fs.FileMode) (*staged, error) {
	temp := sibling(path, savingSuffix)
	f, err := d.createNamed(temp, mode)
	if err != nil {
		return nil, err
	}
	return (&staged{dir: d, file: f, path: path, temp: temp}).write(data)
}

func (s *staged) write(data []byte) (*staged, error) {
	_, err := s.file.Write(data)
	if err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		s.discard()
		return nil, err
	}
	return s, nil
}

// createNamed creates a file with a temporary name. An existing one is a leftover
// of a killed process: while the directory is locked, only this process saves here.
func (d *lockedDir) createNamed(temp string, mode fs.FileMode) (*os.File, error) {
	if err := d.clearLeftover(temp); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	if err := restrict(temp, mode); err != nil {
		f.Close()
		os.Remove(temp)
		return nil, err
	}
	return f, nil
}

// sweep removes the leftovers of an earlier save of path that was killed.
func (d *lockedDir) sweep(path string) {
	if d.locked {
		os.Remove(sibling(path, savingSuffix))
		os.Remove(sibling(path, replacedSuffix))
	}
}

// clearLeftover removes the file of a killed process that has a temporary name.
func (d *lockedDir) clearLeftover(temp string) error {
	if _, err := os.Lstat(temp); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if !d.locked {
		return fmt.Errorf("%w: if no other program is saving it, remove %s", ErrBusy, filepath.Base(temp))
	}
	return os.Remove(temp)
}

// commit gives the file its name: a new one, or that of the file it replaces.
func (s *staged) commit(overwrite bool) error {
	if overwrite {
		return s.replace()
	}
	return s.create()
}

// create names the file path. It never replaces a file, not even one created just
// now.
func (s *staged) create() error {
	if s.temp == "" {
		return linkUnnamed(s.file, s.path)
	}
	s.file.Close() // Windows renames no open file
	err := os.Link(s.temp, s.path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// The file system has no links: reserve the name, then replace the reservation.
	placeholder, err := os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	placeholder.Close()
	if err := s.replace(); err != nil {
		os.Remove(s.path)
		return err
	}
	return nil
}

func (s *staged) replace() error {
	if s.temp == "" {
		temp := sibling(s.path, savingSuffix)
		if err := s.dir.clearLeftover(temp); err != nil {
			return err
		}
		if err := linkUnnamed(s.file, temp); err != nil {
			return err
		}
		s.temp = temp
	}
	s.file.Close()
	if err := os.Rename(s.temp, s.path); err != nil {
		return err
	}
	s.temp = ""
	return nil
}

// discard removes the temporary name, if it still has one.
func (s *staged) discard() {
	s.file.Close()
	if s.temp != "" {
		os.Remove(s.temp)
	}
}
