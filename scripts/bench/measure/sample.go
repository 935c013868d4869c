package measure

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// sample is one timing of one row.
type sample struct{ cpu, wall float64 }

// serial makes n operations in a row, on one core, and returns the cost of one.
// The collector has to make do with that core too.
func serial(op Op, n int) (sample, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	runtime.GC()
	cpu, start := cpuTime(), time.Now()
	for range n {
		if err := op(); err != nil {
			return sample{}, err
		}
	}
	wall := time.Since(start)
	return per(n, cpuTime()-cpu, wall), nil
}

// workers makes n Ops of a row, each on a core of its own: the runtime gives
// each core memory of its own, so that what one worker writes is in no cache line of
// another's, as little as what one request writes is in one of another request's.
func workers(row Row, n int) []Op {
	ops := make([]Op, n)
	var arrived atomic.Int64
	var done sync.WaitGroup
	for i := range ops {
		done.Go(func() {
			arrived.Add(1)
			for arrived.Load() < int64(n) { // holds on to the core until all have one
			}
			ops[i] = row.New()
		})
	}
	done.Wait()
	return ops
}

// parallel makes n operations with each of ops at once.
func parallel(ops []Op, n int) (sample, error) {
	runtime.GC()
	errs := make([]error, len(ops))
	var begin, done sync.WaitGroup
	begin.Add(1)
	for i, op := range ops {
		done.Go(func() {
			begin.Wait()
			for range n {
				if err := op(); err != nil { // not errs[i]: the workers would write in one cache line
					errs[i] = err
					return
				}
			}
		})
	}
	cpu, start := cpuTime(), time.Now()
	begin.Done()
	done.Wait()
	wall := time.Since(start)
	for _, err := range errs {
		if err != nil {
			return sample{}, err
		}
	}
	return per(n*len(ops), cpuTime()-cpu, wall), nil
}

func per(n int, cpu, wall time.Duration) sample {
	return sample{cpu: float64(cpu) / float64(n), wall: float64(wall) / float64(n)}
}

// calibrate finds how many operations take about d of CPU, and warms the row
// up. It goes by CPU, so that being kept waiting does not make samples short.
func calibrate(op Op, d time.Duration) (int, error) {
	for n := 1; ; n *= 2 {
		s, err := serial(op, n)
		if err != nil {
			return 0, err
		}
		if took := time.Duration(s.cpu * float64(n)); took > d/4 || n >= 1<<24 {
			return max(1, int(float64(d)/max(s.cpu, 1))), nil
		}
	}
}

// allocations counts what one operation allocates, over n of them.
func allocations(op Op, n int) (count, bytes float64, err error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if err := op(); err != nil {
		return 0, 0, err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		if err := op(); err != nil {
			return 0, 0, err
		}
	}
	runtime.ReadMemStats(&after)
	per := func(a, b uint64) float64 { return float64(a-b) / float64(n) }
	return per(after.Mallocs, before.Mallocs), per(after.TotalAlloc, before.TotalAlloc), nil
}
