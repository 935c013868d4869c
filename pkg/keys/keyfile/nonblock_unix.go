//go:build unix

package keyfile

import (
	"errors"
	"syscall"
)

// nonblock keeps open from waiting for the writer of a FIFO.
const nonblock = syscall.O_NONBLOCK

// noFile reports whether open failed because path is a socket, or a device without
// a driver. BSD returns EOPNOTSUPP for a socket.
func noFile(err error) bool {
	return errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.EOPNOTSUPP)
}
