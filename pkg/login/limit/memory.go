package limit

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// Memory is a [Store] in the memory of one process. Its counts are lost when the
// process ends and are not visible to others. Configure it before the first use.
type Memory struct {
	// Most is how many keys it has at most. When there are more, the half with the
	// fewest failures is forgotten, so that a flood of names costs those who guess
	// seldom first. If zero, it is 100,000, which is about 16 MB.
	Most int
	// Now is the clock. If nil, it is time.Now.
	Now func() time.Time

	mu   sync.Mutex
	keys map[string]remembered
}

type remembered struct {
	Failures
	until time.Time
}

var _ Store = (*Memory)(nil)

// Failures implements [Store].
func (m *Memory) Failures(ctx context.Context, key string) (Failures, error) {
	if err := ctx.Err(); err != nil {
		return Failures{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.current(key, m.now()), nil
}

func (m *Memory) current(key string, now time.Time) Failures {
	if r := m.keys[key]; now.Before(r.until) {
		return r.Failures
	}
	return Failures{}
}

// SetFailures implements [Store].
func (m *Memory) SetFailures(ctx context.Context, key string, old, next Failures, keep time.Duration) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if current := m.current(key, now); current.Count != old.Count || !current.Last.Equal(old.Last) {
		return false, nil
	}
	if next.IsZero() {
		delete(m.keys, key)
		return true, nil
	}
	m.makeRoom(now)
	m.keys[key] = remembered{next, now.Add(keep)}
	return true, nil
}

// makeRoom forgets keys if there are too many.
func (m *Memory) makeRoom(now time.Time) {
	most := m.Most
	if most <= 0 {
		most = 100_000
	}
	if m.keys == nil {
		m.keys = make(map[string]remembered)
	}
	if len(m.keys) < most {
		return
	}
	type entry struct {
		key string
		remembered
	}
	var live []entry
	for key, r := range m.keys {
		if now.Before(r.until) {
			live = append(live, entry{key, r})
		}
	}
	slices.SortFunc(live, func(a, b entry) int { return cmp.Or(b.Count-a.Count, b.Last.Compare(a.Last)) })
	m.keys = make(map[string]remembered)
	for _, e := range live[:min(len(live), most/2)] {
		m.keys[e.key] = e.remembered
	}
}

func (m *Memory) now() time.Time {
	if m.Now == nil {
		return time.Now()
	}
	return m.Now()
}
