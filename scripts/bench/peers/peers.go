// Package peers puts the libraries that verify, issue and guard behind two function
// types, each with its strictest options. All verify the same: the signature, exp
// (which must be there), the subject and two scopes.
package peers

import (
	"errors"
	"slices"
	"time"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// Verify returns an error unless a token is good and names [fixture.Subject] with
// [fixture.Scopes].
type Verify func(token string) error

// Mint issues a token for [fixture.Subject] with [fixture.Scopes], valid for
// fifteen minutes, with iat and a jti of 128 random bits.
type Mint func() (string, error)

// Peer is one way to verify or to issue tokens.
type Peer[F Verify | Mint] struct {
	Name string
	// Open prepares it for a key. The function that it returns makes an F for each
	// worker, so that workers share only as much as the requests of a service.
	Open func(fixture.Key) (worker func() F)
}

// Verifiers returns every verifier, the floor and ours first. Ours has no cache, so
// that every operation is a verification.
func Verifiers() []Peer[Verify] {
	return []Peer[Verify]{
		{"floor", FloorVerify},
		{"loginctl", LoginctlVerify(noCache)},
		{"golang-jwt", GolangJWTVerify},
		{"cristalhq", cristalhqVerify},
	}
}

// Guards returns every HTTP middleware, the least that a middleware does first.
// jwtauth is the fastest one for net/http that we found, and echo-jwt the fastest one
// inside a framework.
func Guards() []Peer[Verify] {
	return []Peer[Verify]{
		{"context value only", contextOnly},
		{"loginctl", loginctlGuard(noCache)},
		{"loginctl, cached", loginctlGuard(4096)},
		{"loginctl, cookie", loginctlCookieGuard},
		{"jwtauth", jwtauthGuard},
		{"echo-jwt", echoGuard},
	}
}

// Minters returns every minter, the floor and ours first.
func Minters() []Peer[Mint] {
	return []Peer[Mint]{
		{"floor", floorMint},
		{"loginctl", LoginctlMint},
		{"golang-jwt", golangJWTMint},
		{"cristalhq", cristalhqMint},
	}
}

// lifetime is how long minted tokens live.
const lifetime = 15 * time.Minute

var wanted = fixture.Scopes()

// matches compares the claims that a library read with those of the good token.
func matches(subject string, scopes []string) error {
	if subject != fixture.Subject || !slices.Equal(scopes, wanted) {
		return errors.New("another subject or other scopes")
	}
	return nil
}

// shared gives every worker the same function.
func shared[F any](f F) func() F { return func() F { return f } }
