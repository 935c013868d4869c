package terminal

import (
	"os"
	"syscall"
	"unsafe"
)

// writesNowhere reports whether a file is /dev/null as the runtime of Go opens it in the
// place of a descriptor that was closed: for reading too, which no shell does for >.
func writesNowhere(f *os.File) bool {
	info, err := f.Stat()
	null, nerr := os.Stat(os.DevNull)
	if err != nil || nerr != nil || !os.SameFile(info, null) {
		return false
	}
	flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), syscall.F_GETFL, 0)
	return errno == 0 && flags&syscall.O_ACCMODE == syscall.O_RDWR
}

// waiting returns the number of bytes in a pipe (FIONREAD, which Linux calls TIOCINQ).
func waiting(f *os.File) int {
	const fionread = 0x541b
	var n int32
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), fionread, uintptr(unsafe.Pointer(&n)))
	if errno != 0 {
		return 0
	}
	return int(n)
}
