package login

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/revoked"
)

// Revocations is a store of revoked tokens. Package revocation has one in memory. Its
// keys are (iss, jti) and (iss, sub), never the text of a token. Stores that end whole
// sessions add the claim sid.
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

// inMemory are the stores of packages revocation and session, which need no copy of the
// claims. If own is false, the store did not answer.
type inMemory interface {
	Lookup(ctx context.Context, q revoked.Query) (revoked, own bool, err error)
}

// askRevocations returns an error unless the token with these claims may be used.
// It is the last check, because the store may be elsewhere.
func askRevocations(ctx context.Context, store Revocations, c *Claims, leeway time.Duration) error {
	found, own, err := lookUp(ctx, store, c, leeway)
	if !own {
		given := new(Claims)
		c.copyTo(given, nil) // c may be remembered, and other code might change it
		given.shift(-leeway)
		found, err = store.Revoked(ctx, given)
	}
	switch {
	case ctx.Err() != nil:
		return lateError(ctx, "asking for revocation", err)
	case errors.Is(err, ErrInvalidToken):
		// A failing store says nothing about the token, whichever error it returns.
		return fmt.Errorf("%w: asking for revocation: %v", ErrUnavailable, err)
	case err != nil:
		return fmt.Errorf("%w: asking for revocation: %w", ErrUnavailable, err)
	case found:
		return ErrRevoked
	}
	return nil
}

// lookUp asks a store that is in memory.
func lookUp(ctx context.Context, store Revocations, c *Claims, leeway time.Duration) (found, own bool, err error) {
	memory, ok := store.(inMemory)
	if !ok {
		return false, false, nil
	}
	q := revoked.Query{
		Store: store, Issuer: c.Issuer, ID: c.ID, Subject: c.Subject, SessionID: c.SessionID,
		IssuedAt: c.IssuedAt.Add(-leeway),
	}
	if !c.ExpiresAt.IsZero() {
		q.ExpiresAt = c.ExpiresAt.Add(-leeway)
	}
	return memory.Lookup(ctx, q)
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
