package login

import (
	"errors"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/grammar"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
	"github.com/loginctl/loginctl/pkg/login/internal/redact"
)

// Grant describes a token to issue. [Claims] describes a verified one. They are
// different types, so that a token is never issued again with its old exp or jti.
type Grant struct {
	Subject      string        // sub; if empty, it is left out, which a Manager refuses
	Scopes       []string      // see RFC 6749 section 3.3; duplicates are left out
	Audience     []string      // instead of Config.Audience
	Lifetime     time.Duration // instead of Config.Lifetime, at least a second; not together with ExpiresAt
	ExpiresAt    time.Time     // in the future; rounded down to a second
	NotBefore    time.Time     // rounded up to a second
	NeverExpires bool          // leaves exp out; a Verifier refuses such a token
	ID           string        // jti; if empty, 128 random bits
	SessionID    string        // sid; if empty, it is left out; package session sets it
	Type         string        // header typ; if empty, JWT, or the first of Config.Types if JWT is not among them

	// Custom is a struct or map whose members become claims. It must not have
	// registered names (iss, sub, aud, exp, nbf, iat, jti) or those of scope claims,
	// in upper or lower case, nor sid if SessionID is set.
	Custom any
	// Header has additional header parameters. It must not have alg, typ, kid, crit,
	// b64, zip, jwk, jku and x5*.
	Header map[string]any
}

// validity has the times of a token, in whole seconds.
type validity struct{ issued, notBefore, expires time.Time }

// validityFrom returns the times of a token that is issued now.
func (g *Grant) validityFrom(now time.Time, lifetime time.Duration) (validity, error) {
	p := validity{issued: now.Truncate(time.Second), notBefore: roundUp(g.NotBefore)}
	expires, err := g.expiry(now, lifetime)
	if err != nil {
		return validity{}, err
	}
	p.expires = expires
	if !expires.IsZero() && !p.notBefore.Before(expires) {
		return validity{}, errors.New("Grant.NotBefore is not before the token expires")
	}
	if p.notBefore.After(jws.Latest) {
		return validity{}, errors.New("Grant.NotBefore is after the year 9999")
	}
	return p, nil
}

// expiry returns the exp, zero for a token that never expires.
func (g *Grant) expiry(now time.Time, lifetime time.Duration) (time.Time, error) {
	given := 0
	for _, set := range []bool{g.Lifetime != 0, !g.ExpiresAt.IsZero(), g.NeverExpires} {
		if set {
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
	case expires.After(jws.Latest):
		return time.Time{}, errors.New("the token would expire after the year 9999")
	}
	return expires, nil
}

// roundUp rounds up to a second. The zero time stays zero.
func roundUp(t time.Time) time.Time {
	if down := t.Truncate(time.Second); down.Before(t) {
		return down.Add(time.Second)
	}
	return t
}

// addScopes adds the scopes to write to list.
func (g *Grant) addScopes(list *jws.StringSet) error {
	for _, scope := range g.Scopes {
		if err := grammar.CheckScope(scope); err != nil {
			return fmt.Errorf("Grant.Scopes: %w", err)
		}
		list.Add(scope)
	}
	return nil
}

// addAudience adds the aud to write to list.
func (g *Grant) addAudience(list *jws.StringSet, configured string) error {
	for _, audience := range g.Audience {
		if audience == "" {
			return errors.New("Grant.Audience has an empty audience")
		}
		list.Add(audience)
	}
	if len(g.Audience) == 0 && configured != "" {
		list.Add(configured)
	}
	return nil
}

// Token is an issued token. Every way to print it writes "[redacted]", so that a log
// line cannot leak it. [Token.Reveal] returns its text.
type Token struct {
	redacted
	t *issued
}

// redacted has the methods by which a value is printed and logged.
type redacted = redact.Value

// issued is behind a pointer, so that a struct with a Token in it does not print it
// either. The text is behind another one, because package fmt follows one level (%s of
// a struct).
type issued struct {
	text    *string
	id      string
	expires time.Time
}

// Reveal returns the text of the token, to send it. That of the zero Token is empty.
func (t Token) Reveal() string {
	if t.t == nil {
		return ""
	}
	return *t.t.text
}

// ID returns the jti of the token.
func (t Token) ID() string {
	if t.t == nil {
		return ""
	}
	return t.t.id
}

// ExpiresAt returns the exp of the token, or zero if it never expires.
func (t Token) ExpiresAt() time.Time {
	if t.t == nil {
		return time.Time{}
	}
	return t.t.expires
}
