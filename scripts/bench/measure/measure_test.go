package measure

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   float64
	}{
		{"of none", nil, 0},
		{"of one", []float64{7}, 7},
		{"of three, unsorted", []float64{9, 1, 2}, 2},
		{"of four: between the two in the middle", []float64{4, 1, 3, 100}, 3.5},
	} {
		if got := Median(test.values); got != test.want {
			t.Errorf("median %s is %v, want %v", test.name, got, test.want)
		}
	}
}

func TestRunVisitsEachRowInEachRound(t *testing.T) {
	var made, one, other atomic.Int64
	count := func(n *atomic.Int64) func() Op {
		return func() Op { made.Add(1); return func() error { n.Add(1); return nil } }
	}
	rows := []Row{
		{Name: "one", Column: "a", New: count(&one), Count: 10},
		{Name: "other", Column: "a", New: count(&other), Count: 10, SerialOnly: true},
	}
	results, err := Plan{Rounds: 3, Sample: time.Millisecond, Parallel: true}.Run(rows)
	if err != nil {
		t.Fatal(err)
	}
	cores := int64(runtime.GOMAXPROCS(0))
	const counted = 1 + 10 // what counting the allocations takes
	if got, want := one.Load(), 3*10*(1+cores)+counted; got != want {
		t.Errorf("the first row ran %d times, want %d", got, want)
	}
	if got, want := other.Load(), int64(3*10+counted); got != want {
		t.Errorf("the serial row ran %d times, want %d", got, want)
	}
	if got, want := made.Load(), 2+cores; got != want {
		t.Errorf("%d workers were made, want %d", got, want)
	}
	if _, ok := results.Get("other", "a"); !ok || len(results) != 2 {
		t.Errorf("the results are %v", results)
	}
}

func TestRunMeasuresCostAndAllocations(t *testing.T) {
	var sink []byte
	rows := []Row{{Name: "allocates", Column: "a", New: func() Op {
		return func() error { sink = make([]byte, 1<<16); return nil }
	}}}
	results, err := Plan{Rounds: 1, Sample: 5 * time.Millisecond}.Run(rows)
	if err != nil {
		t.Fatal(err)
	}
	r := results[0]
	if r.Wall <= 0 || r.CPU <= 0 || r.Allocs < 1 || r.Bytes < 1<<16 || len(sink) == 0 {
		t.Errorf("measured %+v", r)
	}
}

func TestRunStopsAtTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	rows := []Row{{Name: "broken", New: func() Op { return func() error { return broken } }, Count: 1}}
	if _, err := (Plan{Rounds: 1}).Run(rows); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}
