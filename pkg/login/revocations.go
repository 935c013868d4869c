package login

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Revocations is a store of revoked tokens. Its keys are (iss, jti) and (iss, sub),
// never the text of a token. Stores that end whole sessions add the claim sid.
//
// An error means that the store cannot tell. The request is then refused with an
// error that matches [ErrUnavailable]. Many requests call the methods at once. An
// implementation must not change or keep the claims.
type Revocations interface {
	// Revoked reports whether the token with these claims is revoked. Its dates are
	// earlier by [Config.Leeway] than those in the token: the clock of the issuer may
	// have been ahead by that when it issued the token, so that RevokeSubject reaches
	// it.
	Revoked(ctx context.Context, c *Claims) (bool, error)
	// Revoke revokes the one token with these claims, and remembers it at least until
	// [Claims.RememberUntil]. A store that forgets it at exp would admit it again
	// within the Leeway of a verifier.
	Revoke(ctx context.Context, c *Claims) error
	// RevokeSubject revokes every token of the subject that was issued before t, which
	// may be ahead of the clock. A store that keeps whole seconds rounds t up.
	//
	// iat has whole seconds: tokens issued in the same second as t are revoked too,
	// unless t is that whole second. So a user who logs in again within the second
	// of time.Now has to log in once more, and with a Leeway, one who logs in before
	// it is over. A service that issues the next token itself waits so long.
	RevokeSubject(ctx context.Context, issuer, subject string, t time.Time) error
}

// askRevocations returns an error unless the token with these claims may be used.
// It is the last check, because the store may be elsewhere.
func askRevocations(ctx context.Context, store Revocations, c *Claims, leeway time.Duration) error {
	var revoked bool
	var err error
	if own, ok := store.(*MemoryRevocations); ok {
		revoked = own.revoked(c, leeway)
	} else {
		given := new(Claims)
		c.copyTo(given, nil) // c may be remembered, and other code might change it
		given.shift(-leeway)
		revoked, err = store.Revoked(ctx, given)
	}
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
	return m.revoked(c, 0), nil
}

// revoked is Revoked for a token whose issuer's clock may have been ahead by leeway.
func (m *MemoryRevocations) revoked(c *Claims, leeway time.Duration) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if _, revoked := m.tokens[revokedID{c.Issuer, c.ID}]; revoked {
		return true
	}
	cut, ok := m.subjects[revokedID{c.Issuer, c.Subject}]
	return ok && c.IssuedAt.Add(-leeway).Before(cut)
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
	until := c.RememberUntil()
	if old, there := m.tokens[id]; !there || !old.IsZero() && (until.IsZero() || until.After(old)) {
		m.tokens[id] = until
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
		if !until.IsZero() && now().After(until) {
			delete(m.tokens, id)
		}
	}
	m.sweepAt = 2 * len(m.tokens)
}

// RememberUntil returns the time until which a store of [Revocations] remembers that
// the token is revoked: exp and the most leeway that a verifier can have, 5 minutes.
// It is zero, for ever, for a token without exp.
func (c *Claims) RememberUntil() time.Time {
	if c.ExpiresAt.IsZero() {
		return time.Time{}
	}
	return c.ExpiresAt.Add(maxLeeway)
}

// shift moves the dates of the claims.
func (c *Claims) shift(by time.Duration) {
	for _, date := range []*time.Time{&c.IssuedAt, &c.NotBefore, &c.ExpiresAt} {
		if !date.IsZero() {
			*date = date.Add(by)
		}
	}
}
