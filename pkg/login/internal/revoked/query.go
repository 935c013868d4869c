// Package revoked has the question that package login asks of stores of revoked tokens
// that are in memory: those of packages revocation and session.
package revoked

import "time"

// Query asks whether a token is revoked. It is a copy of the claims that such a store
// needs, which costs no allocation. Other stores are given claims of their own, since
// login remembers its claims and code outside might change them.
type Query struct {
	// Store is the store that was configured. A store that is a part of it does not
	// answer: the Revoked of the whole decides.
	Store any
	// Issuer, ID, Subject and SessionID are the claims iss, jti, sub and sid.
	Issuer, ID, Subject, SessionID string
	// IssuedAt and ExpiresAt are iat and exp, earlier by the leeway.
	IssuedAt, ExpiresAt time.Time
}
