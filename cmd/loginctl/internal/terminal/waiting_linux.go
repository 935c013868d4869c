package terminal

import (
	"os"
	"syscall"
	"unsafe"
)

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
