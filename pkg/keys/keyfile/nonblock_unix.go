//go:build unix

package keyfile

import (
	"errors"
	"syscall"
)

// nonblock keeps the opening of a FIFO from waiting for a writer.
const nonblock = syscall.O_NONBLOCK

// noFile reports whether open failed because of what is there: a socket, or a
// device with nothing behind it. BSD says EOPNOTSUPP of a socket.
func noFile(err error) bool {
	return errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.EOPNOTSUPP)
}
