package login

import (
	"errors"
	"fmt"
	"time"
)

// Grant is what to issue. Claims is what was verified: they are different
// types, so that a token is never issued again with its old exp or jti.
type Grant struct {
	Subject      string        // sub; empty writes none, which a Manager refuses
	Scopes       []string      // as RFC 6749 section 3.3 has them; duplicates are left out
	Audience     []string      // in place of Config.Audience
	Lifetime     time.Duration // in place of Config.Lifetime, at least a second; not together with ExpiresAt
	ExpiresAt    time.Time     // must be in the future; the fraction of its second is cut off
	NotBefore    time.Time     // rounded up to a second
	NeverExpires bool          // no exp at all; a Verifier refuses such a token
	ID           string        // jti; empty means 128 random bits
	Type         string        // header typ; empty means JWT, or the first of Config.Types if that is not among them

	// Custom is a struct or map whose members become claims. Registered names
	// (iss, sub, aud, exp, nbf, iat, jti) and scope claims are refused in any case.
	Custom any
	// Header holds further header parameters. alg, typ, kid, crit, b64, zip, jwk, jku and x5* are refused.
	Header map[string]any
}

// times is when a token is issued and when it is good, in whole seconds.
type times struct{ issued, notBefore, expires time.Time }

// times works out the times of a token issued now.
func (g *Grant) times(now time.Time, lifetime time.Duration) (times, error) {
	t := times{issued: now.Truncate(time.Second), notBefore: roundUp(g.NotBefore)}
	expires, err := g.expiry(now, lifetime)
	if err != nil {
		return times{}, err
	}
	t.expires = expires
	if !expires.IsZero() && !t.notBefore.Before(expires) {
		return times{}, errors.New("Grant.NotBefore is not before the token expires")
	}
	if t.notBefore.After(latest) {
		return times{}, errors.New("Grant.NotBefore is after the year 9999")
	}
	return t, nil
}

// expiry is zero for a token that never expires.
func (g *Grant) expiry(now time.Time, lifetime time.Duration) (time.Time, error) {
	given := 0
	for _, is := range []bool{g.Lifetime != 0, !g.ExpiresAt.IsZero(), g.NeverExpires} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return time.Time{}, errors.New("Grant has more than one of Lifetime, ExpiresAt and NeverExpires")
	case g.NeverExpires:
		return time.Time{}, nil
	case g.Lifetime != 0 && g.Lifetime < time.Second:
		return time.Time{}, fmt.Errorf("Grant.Lifetime is %v: give at least a second", g.Lifetime)
	case g.Lifetime != 0:
		lifetime = g.Lifetime
	}
	expires := g.ExpiresAt
	if expires.IsZero() {
		expires = now.Add(lifetime)
	}
	expires = expires.Truncate(time.Second)
	switch {
	case !expires.After(now):
		return time.Time{}, errors.New("Grant.ExpiresAt is not in the future")
	case expires.After(latest):
		return time.Time{}, errors.New("the token would expire after the year 9999")
	}
	return expires, nil
}

// roundUp leaves the zero time as it is.
func roundUp(t time.Time) time.Time {
	if down := t.Truncate(time.Second); down.Before(t) {
		return down.Add(time.Second)
	}
	return t
}

// scopes adds the scopes to write to list.
func (g *Grant) scopes(list *distinct) error {
	for _, scope := range g.Scopes {
		if err := checkScope(scope); err != nil {
			return fmt.Errorf("Grant.Scopes: %w", err)
		}
		list.add(scope)
	}
	return nil
}

// audience adds the aud to write to list.
func (g *Grant) audience(list *distinct, configured string) error {
	for _, audience := range g.Audience {
		if audience == "" {
			return errors.New("Grant.Audience has an empty audience")
		}
		list.add(audience)
	}
	if list.count == 0 && configured != "" {
		list.add(configured)
	}
	return nil
}
