package login

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// The failures of a header.
var (
	errNoAlgorithm = jws.Malformed("the header has no alg")
	errHeaderType  = jws.Malformed("alg, kid or typ in the header is not a string")
	errExtension   = jws.Malformed("crit, b64 and zip in the header are not supported")
)

// errNoKeys says nothing about the token: a service whose keys are gone, or not there
// yet, must neither refuse it nor let it pass as anonymous.
var errNoKeys = fmt.Errorf("%w: there is no key to verify with", ErrUnavailable)

// joseHeader has the parameters of a JOSE header that matter here.
type joseHeader struct {
	text                   string // the segment
	alg, kid, typ          string
	hasAlg, hasKid, hasTyp bool
	extended               bool // has crit, b64 or zip, of any type
}

// verifyHeader reads the header segment before any other part of the token, so a
// token for other keys always costs the same.
func verifyHeader(token string, s *jws.Scratch) (h joseHeader, err error) {
	segment, err := jws.HeaderSegment(token)
	if err != nil {
		return h, err
	}
	var ok bool
	if s.Header, ok = jws.DecodeSegment(s.Header, segment); !ok {
		return h, jws.ErrHeaderBase64
	}
	h, err = readHeader(string(s.Header))
	h.text = segment
	return h, err
}

// readHeader reads the JSON of a JOSE header (RFC 7515 section 4) by exact names.
//
// It skips jwk, jku, x5u and x5c like any unknown parameter: keys come from the
// configuration alone (RFC 8725 section 3.10).
func readHeader(text string) (joseHeader, error) {
	var h joseHeader
	s := jws.Scanner{Text: text}
	var seen jws.StringSet
	s.Begin()
	allStrings := true
	for {
		name, ok := s.Member(&seen)
		if !ok {
			break
		}
		switch name {
		case "alg":
			h.alg, h.hasAlg = readParameter(&s, &allStrings), true
		case "kid":
			h.kid, h.hasKid = readParameter(&s, &allStrings), true
		case "typ":
			h.typ, h.hasTyp = readParameter(&s, &allStrings), true
		case "crit", "b64", "zip":
			h.extended = true
			s.Skip(1)
		default:
			s.Skip(1)
		}
	}
	switch {
	case !s.End():
		return joseHeader{}, jws.HeaderFailures[s.FirstCause()]
	case !allStrings:
		return h, errHeaderType
	case !h.hasAlg:
		return h, errNoAlgorithm
	}
	return h, nil
}

// readParameter reads a header parameter that must be a string.
func readParameter(s *jws.Scanner, allStrings *bool) string {
	if s.Peek() != '"' {
		*allStrings = false
		s.Skip(1)
		return ""
	}
	value, _ := s.Quoted()
	return value
}

// verifiedHeader is a header and the keys that it selects.
type verifiedHeader struct {
	text      string // the segment
	untyped   bool   // typ is absent
	accepted  bool   // Config.Types has its typ
	cacheable bool   // tokens with it are remembered
	selection keys.Selection
}

// selectKeys returns the keys that may verify a token with the header h.
//
// RFC 7515 section 4.1.11 refuses a critical extension that is not understood, as
// every extension is here. RFC 7797 section 7 refuses b64 in a JWT.
func (v *Verifier) selectKeys(snapshot *keys.Snapshot, h *joseHeader) (*verifiedHeader, error) {
	alg := v.algorithms[h.alg]
	selection, err := snapshot.Select(alg.Algorithm, h.kid, h.hasKid)
	switch {
	case errors.Is(err, keys.ErrNoKey):
		return nil, errNoKeys
	case errors.Is(err, keys.ErrAlgorithm):
		return nil, ErrAlgorithm
	case err != nil:
		return nil, unknownKey(err)
	case h.extended:
		return nil, errExtension
	}
	typ := "jwt" // a token without typ counts as one; see baseTypes
	if h.hasTyp {
		typ = strings.TrimPrefix(strings.ToLower(h.typ), "application/")
	}
	accepted := slices.Contains(v.types, typ)
	return &verifiedHeader{h.text, !h.hasTyp, accepted, alg.cacheable, selection}, nil
}

// unknownKey returns [ErrUnknownKey], with the reason if the JWK Set of the keys has
// the key but it cannot be used ([keys.SkippedKey]).
func unknownKey(err error) error {
	if reason, ok := strings.CutPrefix(err.Error(), keys.ErrUnknownKey.Error()+": "); ok {
		return fmt.Errorf("%w: %s", ErrUnknownKey, reason)
	}
	return ErrUnknownKey
}

// selectRefreshedKeys is selectKeys for a header that failed with cause. It asks a
// remote source for newer keys and, if there are any, verifies t with them.
//
// Only a header that newer keys may help is worth a request to the issuer: an
// algorithm of public keys, and no extension.
func (v *Verifier) selectRefreshedKeys(ctx context.Context, t *verification, h *joseHeader, cause error) (*verifiedHeader, error) {
	alg, known := v.algorithms[h.alg]
	missing := errors.Is(cause, ErrUnknownKey) || errors.Is(cause, ErrAlgorithm)
	if v.remote == nil || !missing || !known || alg.Type() == "oct" || h.extended {
		return nil, cause
	}
	newer, err := v.remote.Refresh(ctx, t.snapshot)
	if err != nil {
		return nil, keysUnavailable(ctx, err)
	}
	if newer == t.snapshot {
		return nil, cause
	}
	t.snapshot = newer
	return v.selectKeys(newer, h)
}
