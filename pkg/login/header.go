package login

import (
	"errors"

	"github.com/loginctl/loginctl/pkg/keys"
)

// maxHeader is the longest header segment that is read. Looking for its end,
// and so refusing a token without dots, takes the same time however long the
// token is. A certificate chain in x5c fits.
const maxHeader = 8 << 10

// Why a header was refused.
var (
	errNoDots       = malformed("not three segments separated by dots")
	errHeaderLength = malformed("the header is too long")
	errHeaderBase64 = malformed("the header is not canonical base64url")
	errNoAlgorithm  = malformed("the header has no alg")
	errHeaderType   = malformed("alg, kid or typ in the header is not a string")
	errExtension    = malformed("crit, b64 and zip in the header are not supported")
)

// header is what a JOSE header says that matters here.
type header struct {
	alg, kid, typ          string
	hasAlg, hasKid, hasTyp bool
	extended               bool // crit, b64 or zip is there in any form
}

// readHeader reads the JSON of a JOSE header (RFC 7515 section 4) by exact names.
//
// jwk, jku, x5u and x5c are passed over like any unknown parameter: keys come
// from the configuration alone (RFC 8725 section 3.10).
func readHeader(text string) (header, error) {
	var h header
	s := scanner{text: text}
	var seen distinct
	if !s.open('{', 1) {
		return header{}, headerFlaws[notObject]
	}
	wrong := false
	for {
		name, ok := s.member(&seen)
		if !ok {
			break
		}
		switch name {
		case "alg":
			h.alg, h.hasAlg = s.parameter(&wrong), true
		case "kid":
			h.kid, h.hasKid = s.parameter(&wrong), true
		case "typ":
			h.typ, h.hasTyp = s.parameter(&wrong), true
		case "crit", "b64", "zip":
			h.extended = true
			s.skip(1)
		default:
			s.skip(1)
		}
	}
	switch {
	case !s.end():
		return header{}, headerFlaws[s.fault]
	case wrong:
		return h, errHeaderType
	case !h.hasAlg:
		return h, errNoAlgorithm
	}
	return h, nil
}

// parameter reads a header parameter that has to be a string.
func (s *scanner) parameter(wrong *bool) string {
	if s.peek() != '"' {
		*wrong = true
		s.skip(1)
		return ""
	}
	value, _ := s.quoted()
	return value
}

// selectKeys returns the keys that may verify a token with this header.
//
// RFC 7515 section 4.1.11 has a critical extension refused that is not
// understood, and none is; RFC 7797 section 7 has b64 refused in a JWT.
func (h *header) selectKeys(snapshot *keys.Snapshot, alg keys.Algorithm) (keys.Selection, error) {
	selection, err := snapshot.Select(alg, h.kid, h.hasKid)
	switch {
	case errors.Is(err, keys.ErrAlgorithm):
		return keys.Selection{}, ErrAlgorithm
	case err != nil:
		return keys.Selection{}, ErrUnknownKey
	case h.extended:
		return keys.Selection{}, errExtension
	}
	return selection, nil
}
