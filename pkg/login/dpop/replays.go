package dpop

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Replays remembers the proofs that were used. Many goroutines and processes call it at
// once. An error is answered 503: a proof that may be an old one is never accepted.
type Replays interface {
	// Use notes that a proof was used, in one atomic step, and reports whether that was
	// the first time: INSERT … ON CONFLICT DO NOTHING, or SET NX PXAT. An id is 43
	// letters, digits, - and _. The store may forget it at until.
	Use(ctx context.Context, id string, until time.Time) (first bool, err error)
}

// Memory is a store in the memory of one process. The zero value is ready to use.
type Memory struct {
	// Now is the clock. If nil, it is time.Now.
	Now func() time.Time
	// Most is the number of proofs to remember at a time. If zero, it is 1<<20, some 100
	// MB. Beyond it each proof is an error.
	Most int

	mu      sync.Mutex
	used    map[string]time.Time
	sweepAt int
}

var _ Replays = (*Memory)(nil)

// Use implements [Replays].
func (m *Memory) Use(_ context.Context, id string, until time.Time) (bool, error) {
	now := time.Now()
	if m.Now != nil {
		now = m.Now()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, used := m.used[id]; used && now.Before(known) {
		return false, nil
	}
	m.sweep(now)
	most := m.Most
	if most == 0 {
		most = 1 << 20
	}
	if len(m.used) >= most {
		return false, errors.New("too many proofs are in use: raise Memory.Most, or shorten Config.DPoP.Window")
	}
	if m.used == nil {
		m.used = make(map[string]time.Time)
	}
	m.used[id] = until
	return true, nil
}

// sweep forgets old proofs whenever there are twice as many as the last sweep left.
func (m *Memory) sweep(now time.Time) {
	if len(m.used) < max(m.sweepAt, 64) && (m.Most == 0 || len(m.used) < m.Most) {
		return
	}
	for id, until := range m.used {
		if !now.Before(until) {
			delete(m.used, id)
		}
	}
	m.sweepAt = 2 * len(m.used)
}
