// Package rows holds the benchmarks: each is a group of rows, named
// Benchmark/key=KEY/by=ROW. They are ordinary Go benchmarks, which report CPU
// time beside time by the clock. The command in the folder above runs them round
// by round and judges the targets.
package rows

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// folder has the keys, tokens and programs of a run.
var folder = os.Getenv("BENCH_FOLDER")

// ownOnly leaves the rows of peers out, for a process that was built with another
// revision of loginctl.
var ownOnly = os.Getenv("BENCH_OTHER") == "true"

// TestMain holds a heap of 32 MiB, as a service has. Without one the collector would
// run every few milliseconds, and how often it runs would be measured. Twice as much
// has been used before, so that no row pays the system for pages that are used for
// the first time.
func TestMain(m *testing.M) {
	os.Unsetenv("GODEBUG") // it is for this process, not for those that it measures
	for i, used := 0, make([]byte, 64<<20); i < len(used); i += 1 << 12 {
		used[i] = 1
	}
	runtime.GC()
	ballast := make([]byte, 32<<20)
	code := m.Run()
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// op does one operation. An error ends the run: a row that does not do its work
// is not worth timing.
type op func() error

// row is one library that does one thing with one key.
type row struct {
	key string // "RS256-2048"
	by  string // "golang-jwt"; our own rows begin with "loginctl"
	// open prepares the row. The function that it returns makes an op for each worker.
	open func() func() op
}

// run times each row, with one worker a core.
func run(b *testing.B, rows ...row) {
	for _, r := range rows {
		bench(b, r.key, r.by, func(b *testing.B) {
			worker := r.open()
			do := worker()
			for range 2 { // a cached token is faster the second time
				must(b, do())
			}
			b.ReportAllocs()
			runtime.GC()
			b.ResetTimer()
			spent := cpuTime()
			if runtime.GOMAXPROCS(0) == 1 {
				for b.Loop() {
					must(b, do())
				}
			} else {
				b.RunParallel(func(pb *testing.PB) {
					for do := worker(); pb.Next(); {
						must(b, do())
					}
				})
			}
			b.ReportMetric((cpuTime()-spent)/float64(b.N), "cpu-ns/op")
		})
	}
}

// must ends the run on an error.
func must(b *testing.B, err error) {
	if err != nil {
		b.Error(err)
		runtime.Goexit()
	}
}

// bench names a row, and leaves it out where only our own are measured.
func bench(b *testing.B, key, by string, f func(b *testing.B)) {
	if !ownOnly || strings.HasPrefix(by, "loginctl") {
		b.Run("key="+key+"/by="+by, f)
	}
}

// cpuTime is the CPU time that this process has used, in nanoseconds, with all
// threads and the collector's. On a shared machine it says more than the clock on
// the wall.
func cpuTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano() + u.Stime.Nano())
}

// verifying opens a row that verifies one token again and again. A bad one must be
// refused.
func verifying(k fixture.Key, p peers.Peer[peers.Verify], token string, bad bool) func() func() op {
	return func() func() op {
		worker := p.Open(k)
		return func() op {
			verify := worker()
			return func() error { return verdict(verify(token), bad) }
		}
	}
}

// verdict turns the refusal of a bad token into success and an acceptance into an error.
func verdict(err error, bad bool) error {
	if bad == (err != nil) {
		return nil
	}
	return fmt.Errorf("the verdict is wrong: %w", err)
}
