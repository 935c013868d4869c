package limit

import (
	"fmt"
	"time"
)

// TooManyError means that an attempt was not made, because there were too many failed
// ones before.
type TooManyError struct {
	// RetryAfter is the time until the next attempt may be made.
	RetryAfter time.Duration
}

func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many failed logins: try again in %v", e.RetryAfter.Round(time.Second))
}
