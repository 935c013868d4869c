package login

import (
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// iatLeeway is how far iat may be ahead, if [Config.Leeway] is shorter.
const iatLeeway = time.Minute

// validateClaims returns an error for every claim of a signed token that fails, in
// the order to answer by.
//
// The typ of the header is checked here too. Like aud, typ is a statement by the
// issuer, so it is checked only after the signature.
func (v *Verifier) validateClaims(h *verifiedHeader, types claimTypes, c *Claims, now time.Time) error {
	unusable := types.mistyped | v.required&^types.present
	late, soon := now, now
	if v.leeway != 0 {
		late, soon = now.Add(-v.leeway), now.Add(v.leeway)
	}
	failed := unusable
	// RFC 7519 section 4.1.4: on or after exp. Without exp, required decides.
	if !late.Before(c.ExpiresAt) && (types.present&claimExp != 0 || !v.noExpiry) {
		failed |= claimExp
	}
	if soon.Before(c.NotBefore) { // false if it is absent
		failed |= claimNbf
	}
	// The clocks of issuers differ, and refusing a token for an iat of the next
	// minute gains nothing.
	if soon.Before(c.IssuedAt) && now.Add(max(v.leeway, iatLeeway)).Before(c.IssuedAt) {
		failed |= claimIat
	}
	if v.maxAge != 0 && late.Sub(c.IssuedAt) > v.maxAge {
		failed |= claimIat
	}
	if v.issuer != "" && (c.Issuer != v.issuer || v.tenanted) && !v.acceptsIssuer(c) {
		failed |= claimIss
	}
	if len(v.audiences)+len(c.Audience) > 0 && !v.acceptsAudience(c.Audience) {
		failed |= claimAud
	}
	if failed == 0 && h.accepted { // as for nearly every token
		return nil
	}
	return v.describeFailures(h, failed, unusable, types, c, now)
}

// expired returns [ErrExpired] for verified claims whose time is over by now.
func (v *Verifier) expired(c *Claims) error {
	if c.ExpiresAt.IsZero() || v.now().Add(-v.issuedBy(c).leeway).Before(c.ExpiresAt) {
		return nil
	}
	return &ClaimError{Claim: "exp", Err: ErrExpired, Time: c.ExpiresAt}
}

// acceptsIssuer reports whether the iss of signed claims is one of the verifier's names.
// If the name has a tenant in it, the claim tid must say the same, and
// [Config.Tenants] list it: one key set signs for all tenants.
func (r *rules) acceptsIssuer(c *Claims) bool {
	if c.Issuer == r.issuer || slices.Contains(r.issuers, c.Issuer) {
		return !strings.Contains(c.Issuer, tenantPart)
	}
	if !r.tenanted {
		return false
	}
	tenant, ok := r.tenantOf(c.Issuer)
	if !ok || r.tenants != nil && !slices.Contains(r.tenants, tenant) {
		return false
	}
	tid, _ := jws.MemberValue(c.text, "tid")
	s := jws.Scanner{Text: tid}
	text, ok := s.Quoted()
	return ok && text == tenant
}

// tenantOf returns the tenant in an iss that is one of the names with a tenant.
func (r *rules) tenantOf(issuer string) (tenant string, ok bool) {
	for i := -1; i < len(r.issuers); i++ {
		name := r.issuer
		if i >= 0 {
			name = r.issuers[i]
		}
		before, after, pattern := strings.Cut(name, tenantPart)
		if !pattern || len(issuer) < len(before)+len(after) {
			continue
		}
		tenant = issuer[len(before) : len(issuer)-len(after)]
		if strings.HasPrefix(issuer, before) && strings.HasSuffix(issuer, after) && isTenant(tenant) {
			return tenant, true
		}
	}
	return "", false
}

// issuerNames returns every iss that is accepted. It is false if there are others that
// only [Config.Check] knows.
func (r *rules) issuerNames() (names []string, all bool) {
	for _, name := range append([]string{r.issuer}, r.issuers...) {
		if !strings.Contains(name, tenantPart) {
			names = append(names, name)
			continue
		}
		for _, tenant := range r.tenants {
			names = append(names, strings.Replace(name, tenantPart, tenant, 1))
		}
	}
	return names, !r.tenanted || r.tenants != nil
}

// acceptsAudience reports whether the verifier finds itself in aud (RFC 7519
// section 4.1.3). A verifier without an audience rejects every token that has one.
func (v *Verifier) acceptsAudience(audience []string) bool {
	for _, name := range audience {
		if slices.Contains(v.audiences, name) {
			return true
		}
	}
	return false
}

// describeFailures returns the error for the claims in failed, and for typ. The
// value of an unusable claim does not matter: it has another type, or the claim is
// required and absent.
func (v *Verifier) describeFailures(h *verifiedHeader, failed, unusable claimSet, types claimTypes, c *Claims, now time.Time) error {
	var all failures
	if !h.accepted {
		all = append(all, &ClaimError{Claim: "typ", Err: ErrClaims, Missing: h.untyped})
	}
	for _, claim := range claimOrder {
		if failed&claim.bit == 0 {
			continue
		}
		e := &ClaimError{Claim: claim.name, Err: ErrClaims, Missing: types.present&claim.bit == 0}
		switch {
		case types.beyond&claim.bit != 0:
			e.detail = "is after the year 9999: is it in milliseconds?"
		case unusable&claim.bit == 0:
			e.describe(claim.bit, c)
		}
		switch {
		case claim.bit == claimSub && v.subjectClaim != "":
			e.Claim = v.subjectClaim
		case claim.bit == claimIat && e.Err == ErrNotYetValid && !now.Before(c.IssuedAt):
			e.Err, e.detail = ErrExpired, "is longer ago than Config.MaxAge"
		case claim.bit == claimAud && e.Err == ErrAudience && len(v.audiences) == 0:
			e.detail = "is there, and no audience is configured (Config.Audience)"
		}
		all = append(all, e)
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// describe fills in the failure of a claim by its value.
func (e *ClaimError) describe(bit claimSet, c *Claims) {
	switch bit {
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
}
