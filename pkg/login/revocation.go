package login

import (
	"context"
	"time"
)

// Revocations knows which tokens are revoked. It is keyed on (iss, jti) and
// (iss, sub), never on a token's text. An error means it cannot tell: the request fails closed.
type Revocations interface {
	// Revoked reports whether the token with these claims is revoked.
	Revoked(ctx context.Context, c *Claims) (bool, error)
	// Revoke revokes the one token with these claims.
	Revoke(ctx context.Context, c *Claims) error
	// RevokeSubject revokes every token of the subject issued before t.
	RevokeSubject(ctx context.Context, issuer, subject string, t time.Time) error
}

// MemoryRevocations keeps revocations in memory, pruned as they expire.
type MemoryRevocations struct{}

// Event is one decision. It never holds a token.
type Event struct {
	Reason   string // see [Reason]; "ok" when let in
	Err      error  // nil when let in
	Source   Source
	KeyID    string
	Subject  string // only after verification
	TokenID  string // only after verification
	Duration time.Duration
}
