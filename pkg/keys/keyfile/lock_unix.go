//go:build unix && !aix && !solaris && !illumos

package keyfile

import (
	"os"

	"golang.org/x/sys/unix"
)

// openLock opens the directory itself.
func openLock(dir string) (*os.File, error) { return os.Open(dir) }

// tryLock locks f. If another process has the lock, retry is true.
func tryLock(f *os.File) (locked, retry bool) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	return err == nil, err == unix.EWOULDBLOCK || err == unix.EINTR
}
