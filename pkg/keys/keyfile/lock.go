package keyfile

import (
	"os"
	"path/filepath"
	"time"
)

// lockedDir is the directory that a file is saved in, locked against other
// savers. The lock ends with the process, so nothing has to be cleaned up.
type lockedDir struct {
	file   *os.File // nil when the directory cannot be opened
	locked bool     // false where locks are not supported
}

const (
	lockPause    = 10 * time.Millisecond
	lockAttempts = 1000 // ten seconds in all
)

// lockDir locks the directory of path. Where there are no such locks (some
// network file systems) it goes on without: the temporary name, which is
// created exclusively, then keeps two savers apart. A lock that is held for long is
// [ErrBusy]. A reserved name is refused here, where every way to save begins.
func lockDir(path string) (*lockedDir, error) {
	if err := checkName(path); err != nil {
		return nil, err
	}
	return tryLockDir(path, lockAttempts)
}

func tryLockDir(path string, attempts int) (*lockedDir, error) {
	f, err := os.Open(filepath.Dir(path))
	if os.IsPermission(err) {
		return &lockedDir{}, nil // may be written and not read
	}
	if err != nil {
		return nil, err
	}
	for range attempts {
		locked, retry := tryLock(f)
		if !retry {
			return &lockedDir{f, locked}, nil
		}
		time.Sleep(lockPause)
	}
	f.Close()
	return nil, ErrBusy
}

// lockPair locks the directories of a pair, which may be one. Two are locked in the
// order of their real paths: of two pairs that cross, each with its private half
// where the other has its public one, neither holds what the other waits for.
func lockPair(privatePath, publicPath string) (private, public *lockedDir, err error) {
	if err := checkName(publicPath); err != nil { // which in one directory is not locked for itself
		return nil, nil, saveError(publicPath, err)
	}
	if realDir(publicPath) < realDir(privatePath) {
		public, private, err = lockBoth(publicPath, privatePath)
		return private, public, err
	}
	return lockBoth(privatePath, publicPath)
}

func lockBoth(one, other string) (first, second *lockedDir, err error) {
	first, err = lockDir(one)
	if err != nil {
		return nil, nil, saveError(one, err)
	}
	if first.contains(other) {
		return first, first, nil
	}
	second, err = lockDir(other)
	if err != nil {
		first.unlock()
		return nil, nil, saveError(other, err)
	}
	return first, second, nil
}

// realDir is the directory of path, by the one name that every process finds.
func realDir(path string) string {
	dir := filepath.Dir(path)
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	if resolved, err := filepath.EvalSymlinks(dir); err == nil {
		dir = resolved
	}
	return dir
}

// contains reports whether path is in the directory, by whatever name it is called.
func (d *lockedDir) contains(path string) bool {
	if d.file == nil {
		return false
	}
	mine, err := d.file.Stat()
	if err != nil {
		return false
	}
	other, err := os.Stat(filepath.Dir(path))
	return err == nil && os.SameFile(mine, other)
}

// unlock syncs the directory, which holds the new name, and lets it go.
func (d *lockedDir) unlock() {
	if d.file != nil {
		d.file.Sync()
		d.file.Close()
	}
}
