package login

import (
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/claimtext"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// claimRules are the rules of a Config for tokens whose claims are not those of RFC
// 7519 alone: other names for the subject and the scopes, claims that must be there,
// and ages.
type claimRules struct {
	used         bool // one of them is set, as for few verifiers
	subjectClaim string
	scopeClaims  []string
	required     []string
	maxLifetime  time.Duration
}

// read completes c by the claims with other names.
func (r *claimRules) read(c *Claims, types *claimTypes) {
	if r.subjectClaim != "" {
		r.readSubject(c, types)
	}
	if len(r.scopeClaims) == 0 {
		return
	}
	reader := claimsReader{}
	for _, scope := range c.Scopes {
		reader.scopes.Add(scope)
	}
	for _, path := range r.scopeClaims {
		if text, ok := claimtext.At(c.text, path); ok {
			reader.Scanner = jws.Scanner{Text: text}
			reader.readScopes()
		}
	}
	_, c.Scopes = reader.audience.Join(&reader.scopes)
}

// readSubject reads the subject from the configured claim: a string that is not
// empty, or an integer, whose decimal text is the subject.
func (r *claimRules) readSubject(c *Claims, types *claimTypes) {
	c.Subject = ""
	types.present &^= claimSub
	types.mistyped &^= claimSub
	text, ok := claimtext.At(c.text, r.subjectClaim)
	if !ok {
		return
	}
	types.present |= claimSub
	digits := strings.TrimPrefix(text, "-")
	switch {
	case strings.HasPrefix(text, `"`):
		s := jws.Scanner{Text: text}
		c.Subject, _ = s.Quoted()
	case digits != "" && strings.Trim(digits, "0123456789") == "":
		c.Subject = text
	}
	if c.Subject == "" {
		types.mistyped |= claimSub
	}
}

// validate returns an error for every rule that a signed token breaks.
func (r *claimRules) validate(c *Claims) (all failures) {
	for _, path := range r.required {
		if text, ok := claimtext.At(c.text, path); !ok || text == "null" {
			all = append(all, &ClaimError{Claim: path, Err: ErrClaims, Missing: true})
		}
	}
	switch {
	case r.maxLifetime == 0:
	case c.ExpiresAt.IsZero():
		all = append(all, &ClaimError{Claim: "exp", Err: ErrClaims, Missing: true})
	case c.IssuedAt.IsZero():
		all = append(all, &ClaimError{Claim: "iat", Err: ErrClaims, Missing: true})
	case c.ExpiresAt.Sub(c.IssuedAt) > r.maxLifetime:
		all = append(all, &ClaimError{Claim: "exp", Err: ErrClaims, detail: "is more than Config.MaxLifetime after iat"})
	}
	return all
}

// joinFailures returns the failures of both, which may be nil, one or several.
func joinFailures(err error, more failures) error {
	if len(more) == 0 {
		return err
	}
	var all failures
	switch err := err.(type) {
	case nil:
	case failures:
		all = append(all, err...)
	default:
		all = append(all, err)
	}
	if all = append(all, more...); len(all) == 1 {
		return all[0]
	}
	return all
}
