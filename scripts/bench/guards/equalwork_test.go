package guards

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

func TestGuardsDoEqualWork(t *testing.T) {
	for _, column := range fixture.Columns() {
		k := keyOf(t, column)
		for _, g := range Guards() {
			t.Run(k.Name+"/"+g.Name, func(t *testing.T) {
				if err := check(g, k); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// The check itself must be able to fail.
func TestCheckRefusesAGuardThatLetsAllIn(t *testing.T) {
	lax := Guard{Name: "lax", open: func(fixture.Key, http.Handler) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { admit(w, ada) }), nil
	}}
	if check(lax, keyOf(t, "HS256")) == nil {
		t.Error("a guard that lets everything in passed")
	}
}

func keyOf(t *testing.T, column string) fixture.Key {
	t.Helper()
	k, err := fixture.Open(column, "")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// check returns an error unless the guard lets the good token in twice, refuses
// every bad one, and refuses a token that lacks a scope or whose user is unknown.
func check(g Guard, k fixture.Key) error {
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
	bad, err := badTokens(k, claims)
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

// badTokens returns the bad tokens of the fixture and two that only a guard can refuse.
func badTokens(k fixture.Key, claims fixture.Claims) ([]fixture.Bad, error) {
	list, err := k.Bad(claims)
	if err != nil {
		return nil, err
	}
	narrow, stranger := claims, claims
	narrow.Scopes = claims.Scopes[:1]
	stranger.Subject = "eve@example.com"
	for name, c := range map[string]fixture.Claims{"a scope missing": narrow, "an unknown user": stranger} {
		token, err := k.Token(c)
		if err != nil {
			return nil, err
		}
		list = append(list, fixture.Bad{Name: name, Token: token})
	}
	return list, nil
}
