package login

import (
	"context"
	"time"
)

// Revocations knows which tokens are revoked. It is keyed on (iss, jti) and
// (iss, sub), never on a token's text.
//
// An error means that it cannot tell: the request fails closed, with an error
// that matches [ErrUnavailable]. Where revocation is on, every token needs a
// jti and an iat, for one without could not be revoked. Implementations are
// called from many requests at once and must not keep or change the claims.
type Revocations interface {
	// Revoked reports whether the token with these claims is revoked.
	Revoked(ctx context.Context, c *Claims) (bool, error)
	// Revoke revokes the one token with these claims, until it expires.
	Revoke(ctx context.Context, c *Claims) error
	// RevokeSubject revokes every token of the subject issued before t. As iat
	// is in whole seconds, a token issued in the second that t is in counts as
	// issued before it, unless t is that whole second itself. So with time.Now,
	// as after a stolen password, whoever logs in again within that second is
	// refused and has to log in once more; a service that issues the next token
	// itself waits for the second to end.
	RevokeSubject(ctx context.Context, issuer, subject string, t time.Time) error
}
