//go:build unix

package keys_test

import (
	"syscall"
	"testing"
	"time"
)

// Whose CPU time is measured.
const (
	self     = syscall.RUSAGE_SELF
	children = syscall.RUSAGE_CHILDREN // those that have ended
)

// cpuTime is the CPU time of f, in who.
func cpuTime(t testing.TB, who int, f func()) time.Duration {
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	begun := spent()
	f()
	return spent() - begun
}
