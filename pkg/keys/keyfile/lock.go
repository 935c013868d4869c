package keyfile

import (
	"os"
	"path/filepath"
	"time"
)

// lockedDir is a directory locked against other savers. The operating system
// releases the lock when the process ends, so a crash leaves no stale lock.
type lockedDir struct {
	path   string
	file   *os.File // the directory, or on Windows a file in it; nil if it cannot be opened
	locked bool     // false where locks are not supported
}

const (
	lockPause    = 10 * time.Millisecond
	lockAttempts = 1000 // ten seconds in all
)

// lockDir locks the directory of path. On file systems without locks, such as some
// network file systems, it proceeds: the temporary name, which is created
// exclusively, then separates two savers. A lock that stays taken for ten seconds
// is [ErrBusy]. Reserved names are refused here, because every way to save begins
// here.
func lockDir(path string) (*lockedDir, error) {
	if err := checkName(path); err != nil {
		return nil, err
	}
	return tryLockDir(path, lockAttempts)
}

func tryLockDir(path string, attempts int) (*lockedDir, error) {
	dir := filepath.Dir(path)
	f, err := openLock(dir)
	if os.IsPermission(err) {
		return &lockedDir{}, nil // a directory that can be written to and not read
	}
	if err != nil {
		return nil, err
	}
	for range attempts {
		locked, retry := tryLock(f)
		if !retry {
			return &lockedDir{dir, f, locked}, nil
		}
		time.Sleep(lockPause)
	}
	f.Close()
	return nil, ErrBusy
}

// lockPair locks the directories of a pair, which may be the same one. Two
// directories are locked in the order of their real paths: two pairs that cross,
// each with its private half in the directory of the other one's public half,
// cannot deadlock.
func lockPair(privatePath, publicPath string) (private, public *lockedDir, err error) {
	if err := checkName(publicPath); err != nil { // lockBoth skips it if both share a directory
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

// realDir returns the directory of path under the name that every process resolves
// it to.
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

// contains reports whether path is in the directory, under any of its names.
func (d *lockedDir) contains(path string) bool {
	if d.file == nil {
		return false
	}
	mine, err := os.Stat(d.path)
	if err != nil {
		return false
	}
	other, err := os.Stat(filepath.Dir(path))
	return err == nil && os.SameFile(mine, other)
}

// unlock syncs the directory, so that the new name is on the disk, and releases the
// lock.
func (d *lockedDir) unlock() {
	if d.file != nil {
		d.file.Sync()
		d.file.Close()
	}
}
