package logintest

import (
	"sync"
	"time"
)

// start is the time of a new Clock. It is read only.
var start = time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)

// Clock is a clock that only moves when the test moves it. Its Now is for
// [login.Config.Now]. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock at 2026-01-01 12:00:00 UTC.
func NewClock() *Clock { return &Clock{now: start} }

// Now returns the time of the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock by d, which may be negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set moves the clock to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}
