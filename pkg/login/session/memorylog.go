package session

import (
	"context"
	"slices"
	"sort"
	"time"
)

// memoryLog has the entries of a [Memory] in the order in which they were noted.
type memoryLog struct {
	entries []memoryEntry
	pruneAt int // remove forgotten entries when there are this many
}

type memoryEntry struct {
	Revocation
	noted time.Time
}

// add enters list, dated now. The dates never go back, even if the clock does.
func (l *memoryLog) add(now time.Time, list ...Revocation) {
	if len(l.entries) >= max(l.pruneAt, 64) {
		l.entries = slices.DeleteFunc(l.entries, func(e memoryEntry) bool { return e.Until.Before(now) })
		l.pruneAt = 2 * len(l.entries)
	}
	noted := l.clock(now)
	for _, r := range list {
		l.entries = append(l.entries, memoryEntry{r.normalized(), noted})
	}
}

// clock returns now, or the date of the last entry if that is later.
func (l *memoryLog) clock(now time.Time) time.Time {
	if n := len(l.entries); n > 0 && now.Before(l.entries[n-1].noted) {
		return l.entries[n-1].noted
	}
	return now
}

func (l *memoryLog) since(since time.Time) []Revocation {
	first := sort.Search(len(l.entries), func(i int) bool { return !l.entries[i].noted.Before(since) })
	list := make([]Revocation, 0, len(l.entries)-first)
	for _, e := range l.entries[first:] {
		list = append(list, e.Revocation)
	}
	return list
}

// Note implements [Log].
func (m *Memory) Note(ctx context.Context, list ...Revocation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range list {
		if err := list[i].Validate(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.log.add(m.now(), list...)
	return nil
}

// Since implements [Log].
func (m *Memory) Since(ctx context.Context, since time.Time) ([]Revocation, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return nil, time.Time{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.log.since(since), m.log.clock(m.now()), nil
}
