package peers

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

func keysOf(t *testing.T) []fixture.Key {
	t.Helper()
	var keys []fixture.Key
	for _, column := range fixture.Columns() {
		k, err := fixture.Open(column, "")
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k)
	}
	return keys
}

func TestVerifiersDoEqualWork(t *testing.T) {
	for _, k := range keysOf(t) {
		for _, v := range Verifiers() {
			t.Run(k.Name+"/"+v.Name, func(t *testing.T) {
				if err := checkVerifier(v, k); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestMintersDoEqualWork(t *testing.T) {
	for _, k := range keysOf(t) {
		for _, m := range Minters() {
			t.Run(k.Name+"/"+m.Name, func(t *testing.T) {
				if err := checkMinter(m, k); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// The check itself must be able to fail.
func TestCheckRefusesAVerifierThatChecksNothing(t *testing.T) {
	k := keysOf(t)[0]
	lax := Verifier{Name: "lax", Open: func(fixture.Key) (Verify, error) {
		return func(string) (string, []string, error) { return fixture.Subject, slices.Clone(fixture.Scopes()), nil }, nil
	}}
	if checkVerifier(lax, k) == nil {
		t.Error("a verifier that accepts everything passed")
	}
}

// checkVerifier returns an error unless the verifier accepts the good token, returns
// its subject and scopes, and refuses every bad one. The floor is excused from reading
// claims, and so from seeing that a token has expired.
func checkVerifier(v Verifier, k fixture.Key) error {
	verify, err := v.Open(k)
	if err != nil {
		return err
	}
	claims := fixture.Good()
	good, err := k.Token(claims)
	if err != nil {
		return err
	}
	subject, scopes, err := verify(good)
	if err != nil {
		return fmt.Errorf("the good token is refused: %w", err)
	}
	if v.Name != Floor && (subject != claims.Subject || !slices.Equal(scopes, claims.Scopes)) {
		return fmt.Errorf("the good token is read as %q with %q", subject, scopes)
	}
	bad, err := k.Bad(claims)
	if err != nil {
		return err
	}
	for _, b := range bad {
		if v.Name == Floor && b.Name == fixture.Expired {
			continue
		}
		if _, _, err := verify(b.Token); err == nil {
			return fmt.Errorf("a bad token is accepted: %s", b.Name)
		}
	}
	return nil
}

// checkMinter returns an error unless the minter issues tokens with good signatures
// and the claims that all are asked for, with a new jti in each. The floor is
// excused from making new claims.
func checkMinter(m Minter, k fixture.Key) error {
	mint, err := m.Open(k)
	if err != nil {
		return err
	}
	first, err := mintedClaims(k, mint)
	if err != nil || m.Name == Floor {
		return err
	}
	second, err := mintedClaims(k, mint)
	if err != nil {
		return err
	}
	life := time.Duration(first.ExpiresAt-first.IssuedAt) * time.Second
	switch {
	case first.Subject != fixture.Subject, !slices.Equal(first.Scopes, fixture.Scopes()):
		return fmt.Errorf("the token says %q with %q", first.Subject, first.Scopes)
	case life != lifetime:
		return fmt.Errorf("the token lives %s", life)
	case len(first.ID) < 22, first.ID == second.ID:
		return errors.New("the jti is not 128 random bits")
	}
	return nil
}

// mintedClaims mints a token, checks its signature and returns its claims.
func mintedClaims(k fixture.Key, mint Mint) (claims fixture.Claims, err error) {
	token, err := mint()
	if err != nil {
		return claims, err
	}
	verify, err := FloorVerify(k)
	if err != nil {
		return claims, err
	}
	if _, _, err := verify(token); err != nil {
		return claims, fmt.Errorf("a minted token does not verify: %w", err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		return claims, err
	}
	return claims, json.Unmarshal(payload, &claims)
}
