//go:build !unix

package keys_test

import (
	"testing"
	"time"
)

const self, children = 0, 1

// cpuTime is the time of f: CPU time is measured on Unix only.
func cpuTime(t testing.TB, who int, f func()) time.Duration {
	if who == children {
		t.Skip("the CPU time of child processes is measured on Unix only")
	}
	begun := time.Now()
	f()
	return time.Since(begun)
}
