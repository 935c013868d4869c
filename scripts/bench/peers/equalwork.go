package peers

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// Check returns an error unless the verifier accepts the good token, hands over
// what it says, and refuses every bad one. The floor is excused from reading
// claims, and so from seeing that a token has expired.
func (v Verifier) Check(k fixture.Key) error {
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

// Check returns an error unless the minter issues tokens with good signatures
// and the claims that all are asked for, with a new jti in each. The floor is
// excused from making new claims.
func (m Minter) Check(k fixture.Key) error {
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
	id, _ := base64.RawURLEncoding.DecodeString(first.ID)
	switch {
	case first.Subject != fixture.Subject, !slices.Equal(first.Scopes, fixture.Scopes()):
		return fmt.Errorf("the token says %q with %q", first.Subject, first.Scopes)
	case life != lifetime:
		return fmt.Errorf("the token lives %s", life)
	case len(id) < 16, first.ID == second.ID:
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
