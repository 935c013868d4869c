package login

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Revocations is a store of revoked tokens. Its keys are (iss, jti) and (iss, sub),
// never the text of a token.
//
// An error means that the store cannot tell. The request is then refused with an
// error that matches [ErrUnavailable]. Many requests call the methods at once. An
// implementation must not change or keep the claims.
type Revocations interface {
	// Revoked reports whether the token with these claims is revoked.
	Revoked(ctx context.Context, c *Claims) (bool, error)
	// Revoke revokes the one token with these claims, until it expires.
	Revoke(ctx context.Context, c *Claims) error
	// RevokeSubject revokes every token of the subject that was issued before t.
	//
	// iat has whole seconds: tokens issued in the same second as t are revoked too,
	// unless t is that whole second. So a user who logs in again within the second
	// of time.Now has to log in once more. A service that issues the next token
	// itself waits for the second to end.
	RevokeSubject(ctx context.Context, issuer, subject string, t time.Time) error
}

// askRevocations returns an error unless the token with these claims may be used.
// It is the last check, because the store may be elsewhere.
func askRevocations(ctx context.Context, store Revocations, c *Claims) error {
	if _, own := store.(*MemoryRevocations); !own {
		// The claims may be remembered, and other code might change them.
		given := new(Claims)
		c.copyTo(given, nil)
		c = given
	}
	revoked, err := store.Revoked(ctx, c)
	switch {
	case ctx.Err() != nil:
		return lateError(ctx, "asking for revocation", err)
	case errors.Is(err, ErrInvalidToken):
		// A failing store says nothing about the token, whichever error it returns.
		return fmt.Errorf("%w: asking for revocation: %v", ErrUnavailable, err)
	case err != nil:
		return fmt.Errorf("%w: asking for revocation: %w", ErrUnavailable, err)
	case revoked:
		return ErrRevoked
	}
	return nil
}

// MemoryRevocations is a store in the memory of one process. Its content is lost
// when the process ends and is not visible to others.
//
// Each Revoke also removes a few expired entries, so memory stays within twice the
// live ones. The cuts of [MemoryRevocations.RevokeSubject], one for each subject,
// stay for good: the store does not know how long the tokens live.
//
// The zero value is ready to use. It is safe for concurrent use.
type MemoryRevocations struct {
	// Now is the clock, which should be that of [Config.Now]. It must not be changed
	// after the first use.
	//
	// If nil, it is time.Now.
	Now func() time.Time

	mu       sync.RWMutex
	tokens   map[revokedID]time.Time // when to forget
	subjects map[revokedID]time.Time // tokens issued before are revoked
	sweepAt  int                     // sweep when there are this many tokens
}

var _ Revocations = (*MemoryRevocations)(nil)

// revokedID is a jti or a sub and the issuer that it is unique for.
type revokedID struct{ issuer, id string }

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

// Revoke implements [Revocations]. A token without jti is an error. Of several
// tokens with one jti, the last to expire counts.
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

// RevokeSubject implements [Revocations]. A time before that of an earlier call
// changes nothing: revoked tokens stay revoked.
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

// sweep removes expired tokens whenever there are twice as many tokens as the last
// sweep left, so each call pays for a few of them.
func (m *MemoryRevocations) sweep() {
	if len(m.tokens) < max(m.sweepAt, 64) {
		return
	}
	now := time.Now
	if m.Now != nil {
		now = m.Now
	}
	for id, until := range m.tokens {
		if expiredFor(until, now()) {
			delete(m.tokens, id)
		}
	}
	m.sweepAt = 2 * len(m.tokens)
}

// expiredFor reports that every verifier refuses the token as expired, with any
// leeway. A token without exp never expires.
func expiredFor(expires, now time.Time) bool {
	return !expires.IsZero() && now.Add(-maxLeeway).After(expires)
}
