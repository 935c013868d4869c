// Package revocation has the store of revoked tokens for a service of one process. A
// service of several processes needs a store that they share: see [login.Revocations],
// and package session.
package revocation

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/revoked"
)

// Memory is a store in the memory of one process. Its content is lost
// when the process ends and is not visible to others.
//
// Each Revoke also removes a few expired entries, so memory stays within twice the
// live ones. The cuts of [Memory.RevokeSubject], one for each subject,
// stay for good: the store does not know how long the tokens live.
//
// The zero value is ready to use. It is safe for concurrent use.
type Memory struct {
	// Now is the clock, which should be that of [login.Config.Now]. It must not be
	// changed after the first use.
	//
	// If nil, it is time.Now.
	Now func() time.Time

	mu       sync.RWMutex
	tokens   map[revokedID]time.Time // when to forget
	subjects map[revokedID]time.Time // tokens issued before are revoked
	sweepAt  int                     // sweep when there are this many tokens
}

var _ login.Revocations = (*Memory)(nil)

// revokedID is a jti or a sub and the issuer that it is unique for.
type revokedID struct{ issuer, id string }

// Revoked implements [login.Revocations]. It never fails.
func (m *Memory) Revoked(_ context.Context, c *login.Claims) (bool, error) {
	return m.revoked(c.Issuer, c.ID, c.Subject, c.IssuedAt), nil
}

// Lookup is Revoked for package login, which saves a copy of the claims. If m is a part
// of the store that was asked, own is false, so that the Revoked of that store decides.
func (m *Memory) Lookup(_ context.Context, q revoked.Query) (found, own bool, err error) {
	if q.Store != any(m) {
		return false, false, nil
	}
	return m.revoked(q.Issuer, q.ID, q.Subject, q.IssuedAt), true, nil
}

func (m *Memory) revoked(issuer, id, subject string, issuedAt time.Time) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if _, found := m.tokens[revokedID{issuer, id}]; found {
		return true
	}
	cut, ok := m.subjects[revokedID{issuer, subject}]
	return ok && issuedAt.Before(cut)
}

// Revoke implements [login.Revocations]. A token without jti is an error. Of several
// tokens with one jti, the last to expire counts.
func (m *Memory) Revoke(_ context.Context, c *login.Claims) error {
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
	until := c.RememberUntil()
	if old, there := m.tokens[id]; !there || !old.IsZero() && (until.IsZero() || until.After(old)) {
		m.tokens[id] = until
	}
	return nil
}

// RevokeSubject implements [login.Revocations]. A time before that of an earlier call
// changes nothing: revoked tokens stay revoked.
func (m *Memory) RevokeSubject(_ context.Context, issuer, subject string, t time.Time) error {
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

// sweep removes expired tokens whenever there are twice as many tokens as the last
// sweep left, so each call pays for a few of them.
func (m *Memory) sweep() {
	if len(m.tokens) < max(m.sweepAt, 64) {
		return
	}
	now := time.Now
	if m.Now != nil {
		now = m.Now
	}
	for id, until := range m.tokens {
		if !until.IsZero() && now().After(until) {
			delete(m.tokens, id)
		}
	}
	m.sweepAt = 2 * len(m.tokens)
}
