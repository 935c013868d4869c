// Package peers puts the libraries that verify and issue tokens behind two
// function types, each with its strictest options, and each handing over the
// same: the subject and the scopes of a token that is signed, not expired and
// has an exp.
package peers

import (
	"errors"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// Verify checks a token and returns its subject and scopes.
type Verify func(token string) (subject string, scopes []string, err error)

// Mint issues a token for [fixture.Subject] with [fixture.Scopes], valid for
// fifteen minutes, with iat and a jti of 128 random bits.
type Mint func() (string, error)

// Verifier is one way to verify tokens.
type Verifier struct {
	Name string
	Open func(fixture.Key) (Verify, error)
	// PerWorker says that an opened Verify is for one goroutine.
	PerWorker bool
}

// Minter is one way to issue tokens.
type Minter struct {
	Name      string
	Open      func(fixture.Key) (Mint, error)
	PerWorker bool
}

// Names of the rows that targets name. The floor is bare cryptography: checking or
// making the signature, and base64.
const (
	Floor     = "floor"
	Loginctl  = "loginctl"
	GolangJWT = "golang-jwt"
)

// Verifiers returns every verifier, the floor and ours first. Ours has no cache, so
// that every operation is a verification.
func Verifiers() []Verifier {
	return []Verifier{
		{Name: Floor, Open: FloorVerify, PerWorker: true},
		{Name: Loginctl, Open: LoginctlVerify(login.Config{CacheSize: -1})},
		{Name: GolangJWT, Open: golangJWTVerify},
		{Name: "cristalhq", Open: cristalhqVerify},
	}
}

// Minters returns every minter, the floor and ours first.
func Minters() []Minter {
	return []Minter{
		{Name: Floor, Open: floorMint, PerWorker: true},
		{Name: Loginctl, Open: LoginctlMint},
		{Name: GolangJWT, Open: golangJWTMint},
		{Name: "cristalhq", Open: cristalhqMint},
	}
}

// lifetime is how long minted tokens live.
const lifetime = 15 * time.Minute

var (
	errNoExpiry  = errors.New("no exp")
	errExpired   = errors.New("expired")
	errAlgorithm = errors.New("no such algorithm")
)
