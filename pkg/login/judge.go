package login

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// judge returns every check that the claims of a signed token fail, in the
// order to answer by.
//
// The header's typ is judged here too. It says what a token is for, as aud
// does, and an error about that is only worth something once it is known that
// the issuer said so.
func (v *Verifier) judge(h *knownHeader, has shape, c *Claims, now time.Time) (failed failures) {
	if !h.accepted {
		failed = append(failed, &ClaimError{Claim: "typ", Err: ErrClaims, Missing: h.untyped})
	}
	failing := v.failing(has, c, now)
	if failing == 0 { // as for nearly every token
		return failed
	}
	for _, claim := range claimOrder {
		if failing&claim.claim != 0 {
			failed = append(failed, v.failure(claim.claim, claim.name, has, c))
		}
	}
	return failed
}

// requiredClaims are those that a token must have.
func (r *rules) requiredClaims(subject bool) claim {
	required := claimExp
	if subject {
		required |= claimSub
	}
	if r.revocations != nil { // what cannot be revoked must not get in
		required |= claimIat | claimJti
	}
	return required
}

// unfit are the claims whose value does not matter: of the wrong kind, or
// required and absent.
func (v *Verifier) unfit(has shape) claim { return has.wrong | v.required&^has.present }

// failing returns the claims that fail. It alone decides: what failure says of
// them makes no difference to whether a token passes.
func (v *Verifier) failing(has shape, c *Claims, now time.Time) claim {
	failing := v.unfit(has)
	late, soon := now, now
	if v.leeway != 0 {
		late, soon = now.Add(-v.leeway), now.Add(v.leeway)
	}
	if !late.Before(c.ExpiresAt) { // RFC 7519 section 4.1.4: on or after exp
		failing |= claimExp
	}
	if soon.Before(c.NotBefore) { // never, if it is absent
		failing |= claimNbf
	}
	if soon.Before(c.IssuedAt) {
		failing |= claimIat
	}
	if v.issuer != "" && c.Issuer != v.issuer {
		failing |= claimIss
	}
	if !v.isMeant(c.Audience) {
		failing |= claimAud
	}
	return failing
}

// failure says why a claim fails that does.
func (v *Verifier) failure(which claim, name string, has shape, c *Claims) *ClaimError {
	e := &ClaimError{Claim: name, Err: ErrClaims, Missing: has.present&which == 0}
	if v.unfit(has)&which != 0 {
		return e
	}
	switch which {
	case claimExp:
		e.Err, e.Time = ErrExpired, c.ExpiresAt
	case claimNbf:
		e.Err, e.Time = ErrNotYetValid, c.NotBefore
	case claimIat:
		e.Err, e.Time = ErrNotYetValid, c.IssuedAt
	case claimIss:
		e.Err = ErrIssuer
	case claimAud:
		e.Err, e.Missing = ErrAudience, len(c.Audience) == 0
	}
	return e
}

// isMeant follows RFC 7519 section 4.1.3: who processes a token must find
// itself in aud. One who was given no name cannot.
func (v *Verifier) isMeant(audience []string) bool {
	if len(v.audiences) == 0 && len(audience) == 0 {
		return true
	}
	for _, name := range audience {
		if slices.Contains(v.audiences, name) {
			return true
		}
	}
	return false
}

// askRevocations is the last check, for it may ask a store elsewhere.
func (v *Verifier) askRevocations(ctx context.Context, c *Claims) error {
	if v.revocations == nil {
		return nil
	}
	revoked, err := v.revocations.Revoked(ctx, c)
	switch {
	case ctx.Err() != nil:
		return cutOff(ctx, "asking for revocation", err)
	case errors.Is(err, ErrInvalidToken):
		// A store that cannot tell says nothing about the token, whatever error it uses.
		return fmt.Errorf("%w: asking for revocation: %v", ErrUnavailable, err)
	case err != nil:
		return fmt.Errorf("%w: asking for revocation: %w", ErrUnavailable, err)
	case revoked:
		return ErrRevoked
	}
	return nil
}
