package jwks

import (
	"errors"
	"sync/atomic"
	"time"
	"weak"

	"github.com/loginctl/loginctl/pkg/keys"
)

// state is the result of all reads so far. Only due changes after it is stored.
type state struct {
	reading                  // the last good one
	snapshot  *keys.Snapshot // of reading.set
	read      time.Time      // when reading was read or confirmed
	usedUntil time.Time      // end of fresh and stale time
	failures  int            // in a row
	retryAt   time.Time      // no read before
	err       error          // of the last read

	// due is set by timer when the next read should start, and cleared by the
	// caller that starts it. So Current need not read the clock, which would cost
	// more than the rest of it.
	due   atomic.Bool
	timer *time.Timer
}

// noKeys is the snapshot before the first read.
var noKeys = (*keys.Set)(nil).Snapshot()

func (s *state) freshUntil() time.Time { return s.read.Add(s.fresh) }

// usable reports whether the keys may still be used.
func (s *state) usable(now time.Time) bool {
	return s.snapshot != noKeys && now.Before(s.usedUntil)
}

// answer returns the keys for a token that no key was found for. After a failed read
// it is not known whether there is one.
func (s *state) answer() (*keys.Snapshot, error) {
	if s.err != nil {
		return nil, s.err
	}
	return s.snapshot, nil
}

// succeeded returns the state after a good read.
func (s *state) succeeded(read reading, now time.Time, stale time.Duration) *state {
	s.stop()
	read.body = nil
	next := &state{reading: read, snapshot: read.set.Snapshot(), read: now}
	next.usedUntil = next.freshUntil().Add(stale)
	next.arm(now, next.freshUntil())
	return next
}

// failed returns the state after a failed read: the old keys, and a later retry.
func (s *state) failed(err error, now time.Time, stale time.Duration) *state {
	s.stop()
	next := &state{reading: s.reading, snapshot: s.snapshot, read: s.read, usedUntil: s.usedUntil, failures: s.failures + 1, err: err}
	next.discovered = time.Time{} // the address may have changed
	delay := backoff(next.failures)
	var status *statusError
	if errors.As(err, &status) {
		delay = max(delay, status.retry)
	}
	next.retryAt = now.Add(delay)
	if next.snapshot != noKeys {
		next.arm(now, later(next.freshUntil(), next.retryAt))
	}
	return next
}

// arm sets due at a time, at the latest when the keys may not be used any more. The
// timer does not keep the state, and so the Client, alive.
func (s *state) arm(now, at time.Time) {
	if s.usedUntil.Before(at) {
		at = s.usedUntil
	}
	held := weak.Make(s)
	s.timer = time.AfterFunc(at.Sub(now), func() {
		if s := held.Value(); s != nil {
			s.due.Store(true)
		}
	})
}

func (s *state) stop() {
	if s.timer != nil {
		s.timer.Stop()
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// address returns the URL of the set if it is known, and otherwise the configured
// address.
func (s *state) address(f *fetcher) string {
	if s.url != "" {
		return s.url
	}
	return f.config.address()
}
