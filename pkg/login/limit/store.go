package limit

import (
	"context"
	"time"
)

// Store keeps the failures of keys. [Memory] is one, and so are the stores of packages
// sqlstore and redisstore. sessiontest.CheckFailures checks others.
//
// Many goroutines and processes call the methods at once. A key is 1 to 64 letters,
// digits, - and _.
type Store interface {
	// Failures returns the failures of a key. They are zero if the store has none.
	Failures(ctx context.Context, key string) (Failures, error)

	// SetFailures replaces the failures of a key if they still are old, in one atomic
	// step, and reports whether they were. The store may forget them when keep is
	// over. If next is zero, it forgets them now; old is not zero then. After an error,
	// the step may have happened or not.
	SetFailures(ctx context.Context, key string, old, next Failures, keep time.Duration) (changed bool, err error)
}

// Failures are the failed attempts of a key.
type Failures struct {
	// Count is how many there are.
	Count int
	// Last is the time of the last one, to the millisecond and in UTC.
	Last time.Time
}

// IsZero reports whether there are no failures.
func (f Failures) IsZero() bool { return f.Count == 0 }
