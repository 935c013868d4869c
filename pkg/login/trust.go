package login

import (
	"context"
	"errors"
	"fmt"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// trust is the fixed table of the issuers of a verifier. It chooses the verifier of a
// token by its iss.
type trust struct {
	byIssuer map[string]*Verifier
	tenanted []*Verifier // those with a tenantPart in a name
	others   []*Verifier
}

// newTrust returns the table of a verifier and of the others, nil without others.
func newTrust(own *Verifier, others []*Verifier) (*trust, error) {
	if len(others) == 0 {
		return nil, nil
	}
	t := &trust{byIssuer: make(map[string]*Verifier), others: append([]*Verifier(nil), others...)}
	errs := []error{t.add(own)}
	for i, v := range others {
		switch {
		case v == nil || v.source == nil:
			errs = append(errs, fmt.Errorf("the verifier %d after the Config was not made by NewVerifier", i+1))
		case v.subjectOf == nil:
			errs = append(errs, fmt.Errorf("the verifier %d after the Config, of %q, has no Config.SubjectOf: say whose user its tokens are for", i+1, v.issuer))
		case v.trust != nil:
			errs = append(errs, fmt.Errorf("the verifier %d after the Config, of %q, has others itself: list all of them in one call", i+1, v.issuer))
		default:
			errs = append(errs, t.add(v))
		}
	}
	return t, errors.Join(errs...)
}

// add adds a verifier under its names. A name belongs to one verifier.
func (t *trust) add(v *Verifier) error {
	if v.issuer == "" {
		return errors.New("there are several issuers, and a Config has no Issuer: each must name its own")
	}
	names, _ := v.issuerNames()
	for _, name := range names {
		// A tenant that two verifiers list would belong to the first of them.
		if t.byIssuer[name] != nil {
			return fmt.Errorf("there are two verifiers for the issuer %q: list it once", name)
		}
		t.byIssuer[name] = v
	}
	if !v.tenanted || v.tenants != nil {
		return nil
	}
	for _, other := range t.tenanted {
		if other.issuer == v.issuer {
			return fmt.Errorf("there are two verifiers for the issuer %q: list it once", v.issuer)
		}
	}
	t.tenanted = append(t.tenanted, v)
	return nil
}

// errOtherIssuer is the error for an iss that is not in the table.
var errOtherIssuer = &ClaimError{Claim: "iss", Err: ErrIssuer}

// choose returns the verifier for a token. It reads iss before the signature is
// checked, for this choice alone: the chosen verifier checks the signature with keys of
// its issuer, and then compares iss.
//
// A token that cannot be read goes to the table's owner, whose steps find the reason.
func (t *trust) choose(own *Verifier, token string) (*Verifier, error) {
	issuer, ok := statedIssuer(own, token)
	if !ok {
		return own, nil
	}
	if v := t.find(issuer); v != nil {
		return v, nil
	}
	return nil, errOtherIssuer
}

// find returns the verifier of an issuer, nil if it is not in the table.
func (t *trust) find(issuer string) *Verifier {
	if v := t.byIssuer[issuer]; v != nil {
		return v
	}
	for _, v := range t.tenanted {
		if _, ok := v.tenantOf(issuer); ok {
			return v
		}
	}
	return nil
}

// statedIssuer returns the iss of a token that was not verified. The token is read as
// strictly as afterwards: within the length limit, in canonical base64url, as JSON
// without a name twice. So both readings find the same iss.
func statedIssuer(v *Verifier, token string) (issuer string, ok bool) {
	if len(token) > v.maxToken {
		return "", false
	}
	segment, err := jws.HeaderSegment(token)
	if err != nil {
		return "", false
	}
	s := new(jws.Scratch)
	if _, err := s.DecodeSegments(token, len(segment)); err != nil {
		return "", false
	}
	var c Claims
	types, err := readClaims(string(s.Payload), &c)
	return c.Issuer, err == nil && types.mistyped&claimIss == 0
}

// verifyOther is verify for a token of another issuer.
func (v *Verifier) verifyOther(ctx context.Context, other *Verifier, token string, shared bool) (*Claims, error) {
	c, err := other.verify(ctx, token, shared)
	if err == nil {
		err = v.acceptOther(ctx, other, c)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// acceptOther asks the revocations of the table's owner about a token of another issuer.
func (v *Verifier) acceptOther(ctx context.Context, other *Verifier, c *Claims) error {
	switch {
	case v.revocations == nil:
		return nil
	case c.IssuedAt.IsZero(): // RevokeSubject could not end it
		return &ClaimError{Claim: "iat", Err: ErrClaims, Missing: true}
	}
	return askRevocations(ctx, v.revocations, c, other.leeway)
}

// issuedBy returns the verifier of the issuer of verified claims.
func (v *Verifier) issuedBy(c *Claims) *Verifier {
	if v.trust == nil {
		return v
	}
	if other := v.trust.find(c.Issuer); other != nil {
		return other
	}
	return v
}

// everyIssuer returns every iss that is accepted. It is false if there are others that
// only a [Config.Check] knows.
func (v *Verifier) everyIssuer() (names []string, all bool) {
	names, all = v.issuerNames()
	if v.trust == nil {
		return names, all
	}
	for _, other := range v.trust.others {
		more, allOfThem := other.issuerNames()
		names, all = append(names, more...), all && allOfThem
	}
	return names, all
}
