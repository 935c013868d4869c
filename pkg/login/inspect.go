package login

import (
	"context"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// Report is the result of [Verifier.Inspect].
type Report struct {
	Algorithm keys.Algorithm // of the header; zero if it names no known one
	KeyID     string         // of the key that verified it
	Type      string         // header typ as written
	Header    []byte         // JSON; nil if it could not be read
	Signed    bool           // the signature is good, or the issuer vouches for the token (Config.Introspect)
	Claims    *Claims        // nil unless Signed and readable; some may have failed
	Failures  []error        // nil if the token is valid; each matches one sentinel; those of claims are *ClaimError
}

// Valid reports whether every check passed. It is false for nil.
func (r *Report) Valid() bool { return r != nil && r.Signed && r.Claims != nil && len(r.Failures) == 0 }

// Inspect checks a token as [Verifier.Verify] does and reports every finding, for
// tools that show tokens. A program that admits users calls Verify.
//
// The revocation store is asked when nothing else failed. OnEvent is not called.
func (v *Verifier) Inspect(ctx context.Context, token string) *Report {
	if v == nil || v.source == nil {
		return &Report{Failures: []error{errNoVerifier}}
	}
	r := &Report{}
	v.inspectHeader(token, r)
	t := verification{token: token}
	switch err := v.checkAnew(ctx, &t).(type) {
	case nil:
	case failures:
		r.Failures = err
	default:
		r.Failures = []error{err}
	}
	r.Signed, r.Claims = t.key != nil || t.header == introspectedHeader, t.claims
	if t.key != nil {
		r.KeyID = t.key.ID()
	}
	return r
}

// inspectHeader reports the readable parts of the header, also of one that check
// refuses.
func (v *Verifier) inspectHeader(token string, r *Report) {
	if len(token) > v.maxToken {
		return
	}
	segment, err := jws.HeaderSegment(token)
	if err != nil {
		return
	}
	text, ok := jws.DecodeSegment(nil, segment)
	if !ok || jws.CheckObject(string(text)) != 0 {
		return
	}
	h, _ := readHeader(string(text))
	r.Header, r.Type, r.Algorithm = text, h.typ, v.algorithms[h.alg].Algorithm
}

// Unverified is a token that was read and NOT verified: anyone may have written
// its claims. No guard accepts this type.
type Unverified struct {
	Header  []byte // JSON object
	Payload []byte // JSON object
}

// DecodeUnverified reads a token of at most 16 KiB without checking its signature,
// for tools that show tokens. It is as strict as [Verifier.Verify] about the
// encoding and the JSON, but accepts any header, and the empty signature of an
// unsigned token.
func DecodeUnverified(token string) (*Unverified, error) {
	if len(token) > defaultMaxToken {
		return nil, ErrTooLarge
	}
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		return nil, jws.ErrSegments
	}
	var decoded [3][]byte
	for i, failure := range [3]error{jws.ErrHeaderBase64, jws.ErrPayloadBase64, jws.ErrSignatureBase64} {
		var ok bool
		if decoded[i], ok = jws.DecodeSegment(nil, segments[i]); !ok {
			return nil, failure
		}
	}
	if cause := jws.CheckObject(string(decoded[0])); cause != 0 {
		return nil, jws.HeaderFailures[cause]
	}
	if cause := jws.CheckObject(string(decoded[1])); cause != 0 {
		return nil, jws.ClaimsFailures[cause]
	}
	return &Unverified{Header: decoded[0], Payload: decoded[1]}, nil
}
