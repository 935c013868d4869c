package login

import (
	"context"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// Report is the result of [Verifier.Inspect].
type Report struct {
	Algorithm keys.Algorithm // of the header; zero if it names no known one
	KeyID     string         // of the key that verified it
	Type      string         // header typ as written
	Header    []byte         // JSON; nil if it could not be read
	Signed    bool           // the signature is good
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
	snapshot, err := v.currentKeys(ctx)
	if err != nil {
		r.Failures = []error{err}
		return r
	}
	t := verification{token: token, snapshot: snapshot}
	switch err := v.check(ctx, &t).(type) {
	case nil:
	case failures:
		r.Failures = err
	default:
		r.Failures = []error{err}
	}
	if t.key != nil {
		r.Signed, r.KeyID, r.Claims = true, t.key.ID(), t.claims
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
