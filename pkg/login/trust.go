package login

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// trust is the fixed table of the issuers of a verifier. It chooses the verifier of a
// token: by its iss, or by asking for a token that is not a JWS.
type trust struct {
	byIssuer map[string]*Verifier // nil if there is one issuer
	tenanted []*Verifier          // those with a tenantPart in a name
	others   []*Verifier
	asking   []*Verifier // those with Config.Introspect
}

// newTrust returns the table of a verifier and of the others, nil if there is nothing to
// choose.
func newTrust(own *Verifier, others []*Verifier) (*trust, error) {
	t := &trust{}
	if own.introspect != nil {
		t.asking = append(t.asking, own)
	}
	if len(others) == 0 {
		if own.introspect == nil {
			return nil, nil
		}
		return t, nil
	}
	t.byIssuer, t.others = make(map[string]*Verifier), append([]*Verifier(nil), others...)
	errs := []error{t.add(own)}
	for i, v := range others {
		switch {
		case v == nil || v.source == nil:
			errs = append(errs, fmt.Errorf("the verifier %d after the Config was not made by NewVerifier", i+1))
		case v.subjectOf == nil:
			errs = append(errs, fmt.Errorf("the verifier %d after the Config, of %q, has no Config.SubjectOf: say whose user its tokens are for", i+1, v.issuer))
		case v.trust != nil && v.trust.byIssuer != nil:
			errs = append(errs, fmt.Errorf("the verifier %d after the Config, of %q, has others itself: list all of them in one call", i+1, v.issuer))
		default:
			errs = append(errs, t.add(v), checkScheme(v, append([]*Verifier{own}, others[:i]...)))
			if v.introspect != nil {
				t.asking = append(t.asking, v)
			}
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

// checkScheme refuses a verifier with a scheme of OpenAPI that has the name of an earlier
// one.
func checkScheme(v *Verifier, earlier []*Verifier) error {
	for _, other := range earlier {
		if other != nil && v.documents.documented() && other.documents.SchemeName == v.documents.SchemeName {
			return fmt.Errorf("the issuers %q and %q have the scheme %s in OpenAPI documents: set Config.SchemeName", other.issuer, v.issuer, v.documents.SchemeName)
		}
	}
	return nil
}

// errOtherIssuer is the error for an iss that is not in the table.
var errOtherIssuer = &ClaimError{Claim: "iss", Err: ErrIssuer}

// choose returns the verifiers that a token may belong to, and whether they introspect
// it. Those are several for a token that is not a JWS alone.
//
// For a JWS it reads iss before the signature is checked, for this choice alone: the
// chosen verifier checks the signature with keys of its issuer, and then compares iss. A
// token that cannot be read goes to the table's owner, whose steps find the reason.
func (t *trust) choose(own *Verifier, token string) (chosen []*Verifier, introspected bool, err error) {
	if len(token) <= own.maxToken && len(t.asking) > 0 && !isJWS(token) {
		return t.asking, true, nil
	}
	v := own
	if t.byIssuer != nil {
		if issuer, ok := statedIssuer(own, token); ok {
			if v = t.find(issuer); v == nil {
				return nil, false, errOtherIssuer
			}
		}
	}
	return []*Verifier{v}, v.keyless, nil
}

// isJWS reports whether a token has the form of a JWS: three segments, of which the
// first is an object in JSON.
func isJWS(token string) bool {
	segment, err := jws.HeaderSegment(token)
	if err != nil || strings.Count(token, ".") != 2 {
		return false
	}
	header, ok := jws.DecodeSegment(nil, segment)
	return ok && jws.CheckObject(string(header)) == 0
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

// verifyChosen is verify for a token that is not simply one of v's.
func (v *Verifier) verifyChosen(ctx context.Context, token string, shared bool) (c *Claims, done bool, err error) {
	chosen, introspected, err := v.trust.choose(v, token)
	switch {
	case err != nil:
		return nil, true, err
	case introspected:
		t := verification{token: token}
		if err := v.checkOpaque(ctx, chosen, &t); err != nil {
			return nil, true, err
		}
		return t.claims, true, nil
	case chosen[0] == v:
		return nil, false, nil
	}
	if c, err = chosen[0].verify(ctx, token, shared); err == nil {
		err = v.acceptOther(ctx, chosen[0], c)
	}
	if err != nil {
		return nil, true, err
	}
	return c, true, nil
}

// checkOpaque is check for a token that its issuer is asked about, one of chosen.
func (v *Verifier) checkOpaque(ctx context.Context, chosen []*Verifier, t *verification) error {
	err := ErrIssuer
	for _, one := range chosen {
		if len(t.token) > one.maxToken {
			return ErrTooLarge
		}
		var text []byte
		if text, err = one.introspect(ctx, t.token); errors.Is(err, ErrIssuer) {
			continue // it was not asked
		}
		if err != nil {
			return introspectionFailure(ctx, err)
		}
		c := new(Claims)
		if t.types, err = readClaims(string(text), c); err != nil {
			return introspectionFailure(ctx, errors.New("the claims are not a strict JSON object"))
		}
		t.header, t.claims = introspectedHeader, c
		if err = one.checkClaims(ctx, t); err == nil && one != v {
			err = v.acceptOther(ctx, one, c)
		}
		return err
	}
	return err
}

// introspectedHeader stands for the header of a token that has no typ.
var introspectedHeader = &verifiedHeader{accepted: true}

// introspectionFailure returns the error for a token that its issuer was asked about.
// An answer about the token is one; everything else is an outage.
func introspectionFailure(ctx context.Context, err error) error {
	const doing = "introspecting the token"
	switch {
	case ctx.Err() != nil:
		return lateError(ctx, doing, err)
	case errors.Is(err, ErrInvalidToken) && !errors.Is(err, ErrUnavailable):
		return fmt.Errorf("%s: %w", doing, err)
	case errors.Is(err, ErrUnavailable):
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, err)
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
	if v.trust == nil || v.trust.byIssuer == nil {
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
