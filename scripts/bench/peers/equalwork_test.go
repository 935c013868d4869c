package peers

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// each runs a check on every peer with every key.
func each[F Verify | Mint](t *testing.T, list []Peer[F], check func(Peer[F], fixture.Key) error) {
	for _, column := range fixture.Columns() {
		k := fixture.Open(column, "")
		for _, p := range list {
			t.Run(column+"/"+p.Name, func(t *testing.T) {
				if err := check(p, k); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestVerifiersDoEqualWork(t *testing.T) { each(t, Verifiers(), checkVerifier) }

func TestGuardsDoEqualWork(t *testing.T) { each(t, Guards()[1:], checkVerifier) } // the first checks nothing

func TestMintersDoEqualWork(t *testing.T) { each(t, Minters(), checkMinter) }

// The check itself must be able to fail.
func TestCheckRefusesAVerifierThatChecksNothing(t *testing.T) {
	k := fixture.Open("HS256", "")
	lax := Peer[Verify]{"lax", func(fixture.Key) func() Verify { return shared(Verify(func(string) error { return nil })) }}
	for _, p := range []Peer[Verify]{lax, Guards()[0]} {
		if checkVerifier(p, k) == nil {
			t.Errorf("%s accepts everything, and passed", p.Name)
		}
	}
}

// checkVerifier returns an error unless the peer accepts a good token twice, the
// second time perhaps from a cache, and refuses every bad one. The floor reads no
// claims.
func checkVerifier(p Peer[Verify], k fixture.Key) error {
	verify, token := p.Open(k)(), k.Good(1)[0]
	if err := errors.Join(verify(token), verify(token)); err != nil {
		return fmt.Errorf("the good token is refused: %w", err)
	}
	for _, bad := range k.Bad() {
		if p.Name == "floor" && bad.Signed {
			continue
		}
		if err := verify(bad.Token); err == nil || strings.Contains(err.Error(), "is 500") {
			return fmt.Errorf("a bad token is accepted: %s (%v)", bad.Name, err)
		}
	}
	return nil
}

// checkMinter returns an error unless the peer issues tokens with good signatures
// and the claims that all are asked for, with a new jti in each. The floor signs
// the same text each time.
func checkMinter(p Peer[Mint], k fixture.Key) error {
	mint, parse := p.Open(k)(), golangJWTParse(k)
	last := ""
	for range 2 {
		token, err := mint()
		if err != nil || p.Name == "floor" {
			return errors.Join(err, FloorVerify(k)()(token))
		}
		claims, err := parse(token)
		if err != nil {
			return err
		}
		if life := claims.ExpiresAt.Sub(claims.IssuedAt.Time); life != lifetime {
			return fmt.Errorf("the token lives %s", life)
		}
		if len(claims.ID) < 22 || claims.ID == last {
			return errors.New("the jti is not 128 random bits")
		}
		last = claims.ID
		if err := matches(claims.Subject, claims.Scopes); err != nil {
			return err
		}
	}
	return nil
}
