package session

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrExists means that [Store.Create] was given the ID of a session that is there.
var ErrExists = errors.New("the session is there already: make a new ID")

// DefaultKeep is how long stores keep ended and expired sessions if it is not
// configured: a little longer than access tokens live.
const DefaultKeep = 25 * time.Hour

// Memory is a [Store] in the memory of one process. Its sessions are lost when the
// process ends and are not visible to others.
//
// The zero value is ready to use. It is safe for concurrent use.
type Memory struct {
	// Now is the clock of the log. If nil, it is time.Now. It must not be changed
	// after the first use.
	Now func() time.Time
	// Keep is how long a session stays in the store after its Until, and in the
	// log after it was ended. It must be longer than an access token lives. If
	// zero, it is DefaultKeep.
	Keep time.Duration

	mu       sync.Mutex
	subjects map[string]map[string]*Record
	count    int // of the sessions of all subjects
	sweepAt  int // remove expired sessions when there are this many
	log      memoryLog
}

var _ Store = (*Memory)(nil)

// Create implements [Store].
func (m *Memory) Create(ctx context.Context, rec Record, now time.Time) error {
	if err := errors.Join(ctx.Err(), rec.Validate()); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep(now)
	if m.subjects == nil {
		m.subjects = make(map[string]map[string]*Record)
	}
	sessions := m.subjects[rec.Subject]
	if sessions == nil {
		sessions = make(map[string]*Record)
		m.subjects[rec.Subject] = sessions
	}
	if sessions[rec.ID] != nil {
		return ErrExists
	}
	rec = rec.normalized()
	sessions[rec.ID] = &rec
	m.count++
	return nil
}

// sweep removes expired sessions whenever there are twice as many as the last sweep
// left, so each call pays for a few of them.
func (m *Memory) sweep(now time.Time) {
	if m.count < max(m.sweepAt, 64) {
		return
	}
	for subject, sessions := range m.subjects {
		for id, rec := range sessions {
			if now.After(rec.Until.Add(m.keep())) {
				delete(sessions, id)
				m.count--
			}
		}
		if len(sessions) == 0 {
			delete(m.subjects, subject)
		}
	}
	m.sweepAt = 2 * m.count
}

// Rotate implements [Store].
func (m *Memory) Rotate(ctx context.Context, r Rotation) (Record, Outcome, error) {
	if err := errors.Join(ctx.Err(), r.Validate()); err != nil {
		return Record{}, Unknown, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	rec := m.subjects[r.Subject][r.ID]
	if rec == nil {
		return Record{}, Unknown, nil
	}
	next, outcome := Step(*rec, r)
	if outcome == Reused {
		m.end(rec)
	}
	*rec = next
	return next.normalized(), outcome, nil
}

// End implements [Store].
func (m *Memory) End(ctx context.Context, subject, id string) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	rec := m.subjects[subject][id]
	if rec == nil || rec.Ended {
		return false, nil
	}
	m.end(rec)
	return true, nil
}

// EndAll implements [Store].
func (m *Memory) EndAll(ctx context.Context, subject, except string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var ended []string
	for id, rec := range m.subjects[subject] {
		if !rec.Ended && id != except {
			m.end(rec)
			ended = append(ended, id)
		}
	}
	return ended, nil
}

// end marks a session as ended and enters it in the log.
func (m *Memory) end(rec *Record) {
	rec.Ended = true
	now := m.now()
	m.log.add(now, Revocation{Kind: RevokedSession, ID: rec.ID, Until: now.Add(m.keep())})
}

// Get implements [Store].
func (m *Memory) Get(ctx context.Context, subject, id string) (Record, bool, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	rec := m.subjects[subject][id]
	if rec == nil {
		return Record{}, false, nil
	}
	return rec.normalized(), true, nil
}

// List implements [Store].
func (m *Memory) List(ctx context.Context, subject string, now time.Time) ([]Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Record
	for _, rec := range m.subjects[subject] {
		if rec.Live(milliseconds(now)) {
			list = append(list, rec.normalized())
		}
	}
	return list, nil
}

func (m *Memory) now() time.Time {
	if m.Now != nil {
		return m.Now()
	}
	return time.Now()
}

func (m *Memory) keep() time.Duration {
	if m.Keep > 0 {
		return m.Keep
	}
	return DefaultKeep
}
