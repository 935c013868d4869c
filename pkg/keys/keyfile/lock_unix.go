//go:build unix && !aix && !solaris && !illumos

package keyfile

import (
	"os"

	"golang.org/x/sys/unix"
)

// tryLock locks f. If another process has the lock, retry is true.
func tryLock(f *os.File) (locked, retry bool) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	return err == nil, err == unix.EWOULDBLOCK || err == unix.EINTR
}
