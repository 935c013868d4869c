package guards

import (
	"fmt"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// Check returns an error unless the guard lets the good token in twice, refuses
// every bad one, and refuses a token that lacks a scope or whose user is unknown.
func (g Guard) Check(k fixture.Key) error {
	if g.Unguarded {
		return nil
	}
	h, err := g.Open(k)
	if err != nil {
		return err
	}
	claims := g.claims(fixture.Good())
	good, err := k.Token(claims)
	if err != nil {
		return err
	}
	for range 2 { // the second may come from a cache
		if err := g.Visitor(h, good).Enter(); err != nil {
			return fmt.Errorf("the good token: %w", err)
		}
	}
	bad, err := g.bad(k, claims)
	if err != nil {
		return err
	}
	for _, b := range bad {
		if status := g.Visitor(h, b.Token).Visit(); status < 400 || status >= 500 {
			return fmt.Errorf("a bad token is answered with %d: %s", status, b.Name)
		}
	}
	return nil
}

// bad returns the bad tokens of the fixture and two that only a guard can refuse.
func (g Guard) bad(k fixture.Key, claims fixture.Claims) ([]fixture.Bad, error) {
	list, err := k.Bad(claims)
	if err != nil {
		return nil, err
	}
	narrow, stranger := claims, claims
	narrow.Scopes = claims.Scopes[:1]
	stranger.Subject = "nobody@example.com"
	for name, c := range map[string]fixture.Claims{"a scope missing": narrow, "an unknown user": stranger} {
		token, err := k.Token(c)
		if err != nil {
			return nil, err
		}
		list = append(list, fixture.Bad{Name: name, Token: token})
	}
	return list, nil
}
