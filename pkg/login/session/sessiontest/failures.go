package sessiontest

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/login/limit"
)

// CheckFailures checks an implementation of [limit.Store]. Each call of open opens
// another handle on the same store.
func CheckFailures(ctx context.Context, open func() (limit.Store, error)) error {
	c := &failuresCheck{ctx: ctx, now: time.Now().UTC().Truncate(time.Millisecond)}
	c.run("opening the store", func() {
		for _, handle := range []*limit.Store{&c.store, &c.other} {
			var err error
			if *handle, err = open(); err != nil {
				c.fatalf("open: %w", err)
			}
		}
	})
	if c.store == nil || c.other == nil {
		return c.err(ctx)
	}
	c.run("failures are replaced if they are as before", c.checkReplace)
	c.run("keys are exact", c.checkKeys)
	c.run("failures are forgotten", c.checkForget)
	c.run("one of many counts at once succeeds", c.checkRace)
	c.run("a context that is over", c.checkCancelled)
	return c.err(ctx)
}

type failuresCheck struct {
	report
	ctx          context.Context
	now          time.Time
	store, other limit.Store
}

// failures returns n failures, the last of them n milliseconds ago.
func (c *failuresCheck) failures(n int) limit.Failures {
	return limit.Failures{Count: n, Last: c.now.Add(-time.Duration(n) * time.Millisecond)}
}

// set calls SetFailures and checks its result.
func (c *failuresCheck) set(store limit.Store, key string, old, next limit.Failures, keep time.Duration, want bool) {
	changed, err := store.SetFailures(c.ctx, key, old, next, keep)
	if err != nil {
		c.fatalf("SetFailures: %w", err)
	}
	if changed != want {
		c.failf("SetFailures from %d to %d failures reports %v, want %v", old.Count, next.Count, changed, want)
	}
}

// want checks the failures of a key through both handles.
func (c *failuresCheck) want(key string, want limit.Failures) {
	for _, store := range []limit.Store{c.store, c.other} {
		got, err := store.Failures(c.ctx, key)
		if err != nil {
			c.fatalf("Failures: %w", err)
		}
		if got.Count != want.Count || !got.Last.Equal(want.Last) {
			c.failf("there are %d failures of %v, want %d of %v", got.Count, got.Last, want.Count, want.Last)
		}
		if got.Last.Location() != time.UTC {
			c.failf("the time of a failure is not in UTC")
		}
	}
}

func (c *failuresCheck) checkReplace() {
	key, no := runName(), limit.Failures{}
	c.want(key, no)
	c.set(c.store, key, c.failures(1), c.failures(2), time.Hour, false)
	c.want(key, no)
	c.set(c.store, key, no, c.failures(1), time.Hour, true)
	c.want(key, c.failures(1))
	c.set(c.other, key, no, c.failures(2), time.Hour, false)
	c.set(c.other, key, c.failures(2), c.failures(3), time.Hour, false)
	otherTime := c.failures(1)
	otherTime.Last = otherTime.Last.Add(time.Millisecond)
	c.set(c.other, key, otherTime, c.failures(2), time.Hour, false)
	c.set(c.other, key, otherTime, no, time.Hour, false)
	c.want(key, c.failures(1))
	c.set(c.other, key, c.failures(1), c.failures(2), time.Hour, true)
	c.want(key, c.failures(2))
	c.set(c.store, key, c.failures(1), c.failures(3), time.Hour, false)
	c.set(c.store, key, c.failures(2), no, time.Hour, true)
	c.want(key, no)
	c.set(c.store, key, no, c.failures(1<<20), time.Hour, true)
	c.want(key, c.failures(1<<20))
}

func (c *failuresCheck) checkKeys() {
	key := strings.Repeat("k", 50) + runName()[:14]
	c.set(c.store, key, limit.Failures{}, c.failures(1), time.Hour, true)
	for _, other := range []string{strings.ToUpper(key), key[:63], key[:63] + "_"} {
		c.want(other, limit.Failures{})
	}
}

func (c *failuresCheck) checkForget() {
	key := runName()
	c.set(c.store, key, limit.Failures{}, c.failures(1), time.Millisecond, true)
	time.Sleep(20 * time.Millisecond)
	c.want(key, limit.Failures{})
	c.set(c.store, key, limit.Failures{}, c.failures(2), time.Hour, true)
	c.want(key, c.failures(2))
}

func (c *failuresCheck) checkRace() {
	key := runName()
	for _, step := range []struct{ old, next int }{{0, 1}, {1, 2}, {2, 0}} {
		var all sync.WaitGroup
		var won atomic.Int64
		old, next := c.failures(step.old), c.failures(step.next)
		if step.old == 0 {
			old = limit.Failures{}
		}
		if step.next == 0 {
			next = limit.Failures{}
		}
		for i := range racers {
			store := []limit.Store{c.store, c.other}[i%2]
			all.Go(func() {
				changed, err := store.SetFailures(c.ctx, key, old, next, time.Hour)
				if err != nil {
					c.failf("SetFailures: %w", err)
				}
				if changed {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			c.failf("%d of %d counts at once succeeded, want 1", won.Load(), racers)
		}
	}
}

func (c *failuresCheck) checkCancelled() {
	ctx, cancel := context.WithCancel(c.ctx)
	cancel()
	if _, err := c.store.Failures(ctx, runName()); err == nil {
		c.failf("Failures succeeds")
	}
	if changed, err := c.store.SetFailures(ctx, runName(), limit.Failures{}, c.failures(1), time.Hour); err == nil || changed {
		c.failf("SetFailures succeeds")
	}
}
