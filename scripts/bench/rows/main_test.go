// Package rows holds the benchmarks: each is a group of rows, named
// Benchmark/key=KEY/by=ROW. They are ordinary Go benchmarks, which report CPU
// time beside time by the clock. The command in the folder above runs them round
// by round and judges the targets.
package rows

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// folder has the files that all processes of one run share: keys, tokens, programs.
var folder = os.Getenv("BENCH_FOLDER")

// ownOnly leaves the rows of peers out, for a process that was built with another
// revision of loginctl.
var ownOnly = os.Getenv("BENCH_OWN_ONLY") != ""

// TestMain holds a heap as a service has. Without one the collector would run every
// few milliseconds, and how often it runs would be measured.
func TestMain(m *testing.M) {
	os.Unsetenv("GODEBUG") // it is for this process, not for those that it measures
	mebibytes, _ := strconv.Atoi(os.Getenv("BENCH_HEAP"))
	ballast := make([]byte, mebibytes<<20)
	touch(2 * mebibytes)
	code := m.Run()
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// touch uses memory and gives it back to the runtime, so that no row pays the
// system for pages that are used for the first time.
func touch(mebibytes int) {
	var used [][]byte
	for range mebibytes << 4 {
		chunk := make([]byte, 1<<16)
		for i := 0; i < len(chunk); i += 1 << 12 {
			chunk[i] = 1
		}
		used = append(used, chunk)
	}
	runtime.KeepAlive(used)
	used = nil
	runtime.GC()
	runtime.GC()
}

// op does one operation. An error ends the run: a row that does not do its work
// is not worth timing.
type op func() error

// row is one library that does one thing with one key.
type row struct {
	key string // "RS256-2048"
	by  string // "golang-jwt"
	own bool   // it is loginctl's code, which another revision has too
	// open prepares the row. The function that it returns makes an op for each worker,
	// so that workers share only as much as the requests of a service.
	open func() (func() op, error)
}

// run times a row with one worker a core.
func (r row) run(b *testing.B) {
	if ownOnly && !r.own {
		return
	}
	b.Run("key="+r.key+"/by="+r.by, func(b *testing.B) {
		worker, err := r.open()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		if runtime.GOMAXPROCS(0) > 1 {
			parallel(b, worker)
			return
		}
		do := worker()
		for range 2 { // a cached token is faster the second time
			if err := do(); err != nil {
				b.Fatal(err)
			}
		}
		runtime.GC()
		spent := cpuTime()
		for b.Loop() {
			if err := do(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(cpuTime()-spent)/float64(b.N), "cpu-ns/op")
	})
}

// parallel times one worker a core.
func parallel(b *testing.B, worker func() op) {
	runtime.GC()
	b.ResetTimer()
	spent := cpuTime()
	b.RunParallel(func(pb *testing.PB) {
		do := worker()
		for pb.Next() {
			if err := do(); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(cpuTime()-spent)/float64(b.N), "cpu-ns/op")
}

// cpuTime is the CPU time that this process has used, with all threads and the
// collector's. On a shared machine it says more than the clock on the wall.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// keyOf opens the key of a column once.
func keyOf(b *testing.B, column string) fixture.Key {
	k, err := fixture.Open(column, folder)
	if err != nil {
		b.Fatal(err)
	}
	return k
}

// made are the tokens of [tokensOf], which a benchmark asks for again each time
// that it is called.
var made sync.Map

// tokensOf returns n good tokens, each with another jti.
func tokensOf(k fixture.Key, n int) ([]string, error) {
	type kind struct {
		column string
		n      int
	}
	if list, ok := made.Load(kind{k.Name, n}); ok {
		return list.([]string), nil
	}
	next, err := k.Stream()
	if err != nil {
		return nil, err
	}
	list := make([]string, n)
	for i := range list {
		if list[i], err = next(); err != nil {
			return nil, err
		}
	}
	made.Store(kind{k.Name, n}, list)
	return list, nil
}
