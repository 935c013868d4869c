package login

import (
	"errors"
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
	case errors.Is(err, keys.ErrAlgorithm):
		return nil, ErrAlgorithm
	case err != nil:
		return nil, ErrUnknownKey
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
