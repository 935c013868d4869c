package measure

// Op does one operation. An error aborts the run: a row that does not do its
// work is not worth timing.
type Op func() error

// Row is one line of a table in one of its columns: who does what with which key.
type Row struct {
	Name   string // who: "golang-jwt"
	Column string // with what: "RS256-2048"
	// New returns an Op of its own for each worker, so that workers share
	// nothing that a service's requests would not share.
	New func() Op
	// Count, when set, is how many operations a sample makes, in place of as
	// many as fit into [Plan.Sample].
	Count int
	// SerialOnly leaves the row out of the runs on all cores.
	SerialOnly bool
}

// Key names a row and its column.
type Key struct{ Name, Column string }

// Key returns what the results of the row are found by.
func (r Row) Key() Key { return Key{r.Name, r.Column} }

// Result is what was measured of one row: medians over the rounds.
type Result struct {
	Row
	CPU          float64 // nanoseconds of CPU an operation, one worker
	Wall         float64 // nanoseconds an operation, one worker
	ParallelCPU  float64 // nanoseconds of CPU an operation, one worker a core
	ParallelWall float64 // nanoseconds between two operations' ends, one worker a core
	Allocs       float64 // allocations an operation
	Bytes        float64 // bytes allocated an operation
}

// Results are the results of one group of rows.
type Results []Result

// Get returns the result of a row.
func (rs Results) Get(name, column string) (Result, bool) {
	for _, r := range rs {
		if r.Name == name && r.Column == column {
			return r, true
		}
	}
	return Result{}, false
}
