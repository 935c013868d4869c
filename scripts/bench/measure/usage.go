package measure

import (
	"syscall"
	"time"
)

// cpuTime is the CPU time this process has used, all threads and the garbage
// collector's included. On a shared machine it says more than the clock on the wall.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
