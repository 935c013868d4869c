package login

import (
	"context"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Report is what [Verifier.Examine] found.
type Report struct {
	Algorithm keys.Algorithm // of the header; zero when it names none that is known
	KeyID     string         // of the key that verified it
	Type      string         // header typ as written
	Header    []byte         // JSON; nil when it could not be read
	Signed    bool           // the signature is good
	Claims    *Claims        // nil unless Signed and readable; checks may still have failed
	Failures  []error        // nil when the token is valid; each matches one sentinel; claims failures are *ClaimError
}

// Valid reports whether every check passed.
func (r *Report) Valid() bool { return r.Signed && r.Claims != nil && len(r.Failures) == 0 }

// Examine checks a token as Verify does and reports all it found, for tools
// that show it. A program that lets somebody in wants [Verifier.Verify].
//
// The revocation store is asked when nothing else failed. There is no event.
func (v *Verifier) Examine(ctx context.Context, token string) *Report {
	if v == nil || v.source == nil {
		return &Report{Failures: []error{errNoVerifier}}
	}
	r := &Report{}
	v.examineHeader(token, r)
	if err := v.examine(ctx, token, r); err != nil {
		r.Failures = []error{err}
	}
	return r
}

// examine fills r and returns what ended it, unless that is in r.Failures.
func (v *Verifier) examine(ctx context.Context, token string, r *Report) error {
	if len(token) > v.maxToken {
		return ErrTooLarge
	}
	s := v.scratch.Get().(*scratch)
	defer v.putScratch(s)
	snapshot := v.source.Snapshot()
	o, err := v.open(snapshot, v.headers.find(snapshot, token), token, s)
	if err != nil {
		return err
	}
	c := new(Claims)
	shape, err := o.read(c)
	r.Signed, r.KeyID = true, c.KeyID
	if err != nil {
		return err
	}
	r.Claims = c
	if r.Failures = v.judge(o.header, shape, c, v.now()); len(r.Failures) > 0 {
		return nil
	}
	return v.askRevocations(ctx, c)
}

// examineHeader reports what can be read of the header, whatever open makes of it.
func (v *Verifier) examineHeader(token string, r *Report) {
	if len(token) > v.maxToken {
		return
	}
	segment, err := headerSegment(token)
	if err != nil {
		return
	}
	text, ok := decodeSegment(nil, segment)
	if !ok || checkObject(string(text)) != 0 {
		return
	}
	h, _ := readHeader(string(text))
	r.Header, r.Type, r.Algorithm = text, h.typ, v.algorithms[h.alg]
}
