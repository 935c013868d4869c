package login

import (
	"strings"

	"github.com/loginctl/loginctl/pkg/keys"
)

var (
	errEmptySegment    = malformed("a segment is empty")
	errPayloadBase64   = malformed("the claims set is not canonical base64url")
	errSignatureBase64 = malformed("the signature is not canonical base64url")
)

// opened is a token whose signature is good and whose claims are not read yet.
type opened struct {
	header  *knownHeader
	key     *keys.VerificationKey
	payload string
}

// read reads the claims into c. They are not judged.
func (o *opened) read(c *Claims) (shape, error) {
	shape, err := readClaims(o.payload, c)
	c.KeyID = o.key.ID()
	return shape, err
}

// scratch is the memory one verification decodes into.
type scratch struct {
	header, payload, signature []byte
}

// maxScratch is the most memory that is kept for the next verification.
const maxScratch = 64 << 10

func (v *Verifier) putScratch(s *scratch) {
	if cap(s.header)+cap(s.payload)+cap(s.signature) <= maxScratch {
		v.scratch.Put(s)
	}
}

// open checks all of a token that is not its claims: its header, which selects
// the keys, its encoding, and its signature, in this order. No byte of the
// payload is looked at as JSON before the signature is good. header is what is
// remembered of the header, or nil.
func (v *Verifier) open(snapshot *keys.Snapshot, header *knownHeader, token string, s *scratch) (opened, error) {
	fresh := header == nil
	if fresh {
		var err error
		if header, err = v.openHeader(snapshot, token, s); err != nil {
			return opened{}, err
		}
	}
	input, err := s.decodeSegments(token, len(header.text))
	if err != nil {
		return opened{}, err
	}
	key, err := header.selection.Verify(input, s.signature)
	if err != nil {
		return opened{}, ErrSignature
	}
	if fresh {
		header = v.headers.remember(snapshot, header)
	}
	return opened{header: header, key: key, payload: string(s.payload)}, nil
}

// openHeader judges the header segment, before anything else of the token is
// read: a token for other keys is refused at the same cost whatever follows.
func (v *Verifier) openHeader(snapshot *keys.Snapshot, token string, s *scratch) (*knownHeader, error) {
	text, err := headerSegment(token)
	if err != nil {
		return nil, err
	}
	h, err := s.decodeHeader(text)
	if err != nil {
		return nil, err
	}
	alg := v.algorithms[h.alg]
	selection, err := h.selectKeys(snapshot, alg)
	if err != nil {
		return nil, err
	}
	return &knownHeader{
		text:      text,
		untyped:   !h.hasTyp,
		accepted:  v.acceptsType(&h),
		symmetric: alg.Symmetric(),
		selection: selection,
	}, nil
}

// headerSegment returns what is before the first dot.
func headerSegment(token string) (string, error) {
	end := strings.IndexByte(token[:min(len(token), maxHeader+1)], '.')
	switch {
	case end < 0 && len(token) > maxHeader:
		return "", errHeaderLength
	case end < 0:
		return "", errNoDots
	case end == 0:
		return "", errEmptySegment
	}
	return token[:end], nil
}

func (s *scratch) decodeHeader(segment string) (header, error) {
	var ok bool
	if s.header, ok = decodeSegment(s.header, segment); !ok {
		return header{}, errHeaderBase64
	}
	return readHeader(string(s.header))
}

// decodeSegments decodes the two segments after the header and returns what
// was signed: the token up to its second dot (RFC 7515 section 5.2 step 8).
func (s *scratch) decodeSegments(token string, headerLength int) (input string, err error) {
	rest := token[headerLength+1:]
	payload, signature, found := strings.Cut(rest, ".")
	if !found || strings.IndexByte(signature, '.') >= 0 {
		return "", errNoDots
	}
	if payload == "" || signature == "" {
		return "", errEmptySegment
	}
	var ok bool
	if s.payload, ok = decodeSegment(s.payload, payload); !ok {
		return "", errPayloadBase64
	}
	if s.signature, ok = decodeSegment(s.signature, signature); !ok {
		return "", errSignatureBase64
	}
	return token[:headerLength+1+len(payload)], nil
}
