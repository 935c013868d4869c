//go:build !unix

package keys_test

import (
	"testing"
	"time"
)

const self, children = 0, 0

func cpuTime(b *testing.B, _ int, _ func()) time.Duration {
	b.Skip("the CPU time of child processes is measured on Unix only")
	return 0
}
