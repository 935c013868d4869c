package sqlstore

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"time"
)

// repeat calls f until its error is not one after which the database wants the
// statement again, or until ctx is over. Such an error means that nothing was
// committed.
func repeat(ctx context.Context, f func() error) error {
	for n := int64(1); ; n++ {
		err := f()
		if err == nil || !repeatable(err) {
			return err
		}
		// The calls that met here must not meet again.
		pause := time.NewTimer(time.Duration(rand.Int64N(min(n, 50) * int64(time.Millisecond))))
		select {
		case <-ctx.Done():
			pause.Stop()
			return errors.Join(ctx.Err(), err)
		case <-pause.C:
		}
	}
}

// repeatable reports whether an error is a serialization failure or a deadlock.
func repeatable(err error) bool {
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		return state.SQLState() == "40001" || state.SQLState() == "40P01"
	}
	// go-sql-driver/mysql has the state in a field, which only the text shows.
	return strings.Contains(err.Error(), "Error 1213 (40001)")
}
