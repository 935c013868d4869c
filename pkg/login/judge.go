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
	for _, claim := range claimOrder {
		if err := v.judgeClaim(claim.claim, has, c, now); err != nil {
			err.Claim = claim.name
			failed = append(failed, err)
		}
	}
	return failed
}

func (v *Verifier) judgeClaim(which claim, has shape, c *Claims, now time.Time) *ClaimError {
	if has.wrong&which != 0 {
		return &ClaimError{Err: ErrClaims}
	}
	present := has.present&which != 0
	switch which {
	case claimExp, claimNbf, claimIat:
		return v.judgeTime(which, present, c, now)
	case claimIss:
		if v.issuer != "" && c.Issuer != v.issuer {
			return &ClaimError{Err: ErrIssuer, Missing: !present}
		}
	case claimAud:
		return v.judgeAudience(c)
	case claimSub:
		if v.requireSubject && !present {
			return &ClaimError{Err: ErrClaims, Missing: true}
		}
	case claimJti:
		if v.revocations != nil && !present {
			return &ClaimError{Err: ErrClaims, Missing: true}
		}
	}
	return nil
}

func (v *Verifier) judgeTime(which claim, present bool, c *Claims, now time.Time) *ClaimError {
	switch {
	case which == claimExp && !present, which == claimIat && !present && v.revocations != nil:
		return &ClaimError{Err: ErrClaims, Missing: true}
	case which == claimExp && v.expired(c, now):
		return &ClaimError{Err: ErrExpired, Time: c.ExpiresAt}
	case which == claimNbf && v.early(c.NotBefore, now):
		return &ClaimError{Err: ErrNotYetValid, Time: c.NotBefore}
	case which == claimIat && v.early(c.IssuedAt, now):
		return &ClaimError{Err: ErrNotYetValid, Time: c.IssuedAt}
	}
	return nil
}

// expired follows RFC 7519 section 4.1.4: on or after exp a token is refused.
func (v *Verifier) expired(c *Claims, now time.Time) bool {
	return !now.Add(-v.leeway).Before(c.ExpiresAt)
}

// early is false for a time that is absent.
func (v *Verifier) early(t, now time.Time) bool {
	return now.Add(v.leeway).Before(t)
}

// judgeAudience follows RFC 7519 section 4.1.3: who processes a token must
// find itself in aud. One who was given no name cannot.
func (v *Verifier) judgeAudience(c *Claims) *ClaimError {
	if len(v.audiences) == 0 && len(c.Audience) == 0 {
		return nil
	}
	for _, audience := range c.Audience {
		if slices.Contains(v.audiences, audience) {
			return nil
		}
	}
	return &ClaimError{Err: ErrAudience, Missing: len(c.Audience) == 0}
}

// askRevocations is the last check, for it may ask a store elsewhere.
func (v *Verifier) askRevocations(ctx context.Context, c *Claims) error {
	if v.revocations == nil {
		return nil
	}
	revoked, err := v.revocations.Revoked(ctx, c)
	switch {
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
