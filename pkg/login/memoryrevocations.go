package login

import (
	"context"
	"errors"
	"sync"
	"time"
)

// MemoryRevocations keeps revocations in the memory of one process: they are
// lost when it ends and not seen by others. Revoked tokens are forgotten after
// they have expired, by calls that revoke: each pays for a few, so that there
// are never more than twice as many as there have to be; there is no goroutine. A
// cut of [MemoryRevocations.RevokeSubject] is kept, one for each subject, for
// how long its tokens live is not known here.
//
// The zero value is ready and uses time.Now. It is safe for concurrent use.
type MemoryRevocations struct {
	now func() time.Time

	mu       sync.RWMutex
	tokens   map[revokedID]time.Time // until when to remember
	subjects map[revokedID]time.Time // issued before this is revoked
	sweepAt  int                     // sweep when there are this many tokens
}

// revokedID is a jti or a sub with the issuer who gave it.
type revokedID struct{ issuer, id string }

// NewMemoryRevocations returns a MemoryRevocations over a clock, which should
// be that of [Config.Now]. Nil means time.Now.
func NewMemoryRevocations(now func() time.Time) *MemoryRevocations {
	return &MemoryRevocations{now: now}
}

// Revoked implements [Revocations]. It never fails.
func (m *MemoryRevocations) Revoked(_ context.Context, c *Claims) (bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if _, revoked := m.tokens[revokedID{c.Issuer, c.ID}]; revoked {
		return true, nil
	}
	cut, ok := m.subjects[revokedID{c.Issuer, c.Subject}]
	return ok && c.IssuedAt.Before(cut), nil
}

// Revoke implements [Revocations]. It refuses a token without a jti. Of tokens
// with one jti the last to expire counts.
func (m *MemoryRevocations) Revoke(_ context.Context, c *Claims) error {
	if c.ID == "" {
		return errors.New("a token without jti cannot be revoked")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep()
	if m.tokens == nil {
		m.tokens = make(map[revokedID]time.Time)
	}
	id := revokedID{c.Issuer, c.ID}
	if until, there := m.tokens[id]; !there || !until.IsZero() && (c.ExpiresAt.IsZero() || c.ExpiresAt.After(until)) {
		m.tokens[id] = c.ExpiresAt
	}
	return nil
}

// RevokeSubject implements [Revocations]. A cut before the one there is
// changes nothing: what was revoked stays so.
func (m *MemoryRevocations) RevokeSubject(_ context.Context, issuer, subject string, t time.Time) error {
	if subject == "" {
		return errors.New("no subject to revoke the tokens of")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.subjects == nil {
		m.subjects = make(map[revokedID]time.Time)
	}
	id := revokedID{issuer, subject}
	if t.After(m.subjects[id]) {
		m.subjects[id] = t
	}
	return nil
}

// sweep forgets tokens that have expired, whenever there are twice as many as
// were left the last time, so that each call pays for a few of them.
func (m *MemoryRevocations) sweep() {
	if len(m.tokens) < max(m.sweepAt, 64) {
		return
	}
	now := time.Now
	if m.now != nil {
		now = m.now
	}
	for id, until := range m.tokens {
		if expiredFor(until, now()) {
			delete(m.tokens, id)
		}
	}
	m.sweepAt = 2 * len(m.tokens)
}

// expiredFor reports that a token is refused as expired by every verifier,
// whatever its leeway. One without exp never is.
func expiredFor(expires, now time.Time) bool {
	return !expires.IsZero() && now.Add(-maxLeeway).After(expires)
}
