// Package jws reads and writes the compact form of a JSON Web Signature (RFC
// 7515 section 7.1) and the JSON inside it, strictly and without allocating
// more than the result needs. It knows no keys and no claims.
package jws

import (
	"encoding/base64"
	"strings"
)

// MaxHeader is the length of the longest header segment that is read. Finding
// its end, and so refusing a token without dots, takes the same time for a token
// of any length. A certificate chain in x5c fits.
const MaxHeader = 8 << 10

// MaxToken is the length of the longest token that is read unless a Config says another.
const MaxToken = 16 << 10

// The failures of the compact form.
var (
	ErrSegments        = Malformed("not three segments separated by dots")
	ErrEmptySegment    = Malformed("a segment is empty")
	ErrHeaderLength    = Malformed("the header is too long")
	ErrHeaderBase64    = Malformed("the header is not canonical base64url")
	ErrPayloadBase64   = Malformed("the claims set is not canonical base64url")
	ErrSignatureBase64 = Malformed("the signature is not canonical base64url")
)

// rawURL is base64url without padding whose unused bits must be zero: each
// value has one text (RFC 7515 section 2, RFC 4648 section 3.5).
var rawURL = base64.RawURLEncoding.Strict()

// Encode appends the base64url form of data to buffer.
func Encode(buffer, data []byte) []byte {
	return base64.RawURLEncoding.AppendEncode(buffer, data)
}

// DecodeSegment decodes a segment of a token into buffer, which grows as
// needed. It is false for a character outside of [A-Za-z0-9_-], for padding,
// and for a text that is not the canonical one of its value.
func DecodeSegment(buffer []byte, segment string) ([]byte, bool) {
	size := rawURL.DecodedLen(len(segment))
	if cap(buffer) < size {
		buffer = make([]byte, size)
	}
	n, err := rawURL.Decode(buffer[:size], []byte(segment))
	// The standard library's decoder skips CR and LF, so a signature could be
	// written in many ways. It then decodes fewer bytes than the length promises,
	// except for lengths that no base64 text has.
	return buffer[:n], err == nil && n == size && len(segment)%4 != 1
}

// HeaderSegment returns the part of a token before its first dot.
func HeaderSegment(token string) (string, error) {
	end := strings.IndexByte(token[:min(len(token), MaxHeader+1)], '.')
	switch {
	case end < 0 && len(token) > MaxHeader:
		return "", ErrHeaderLength
	case end < 0:
		return "", ErrSegments
	case end == 0:
		return "", ErrEmptySegment
	}
	return token[:end], nil
}

// Scratch is memory to decode tokens into.
type Scratch struct{ Header, Payload, Signature []byte }

// DecodeSegments decodes the two segments after a header of the given length.
// It returns the text that was signed: the token up to its second dot (RFC 7515
// section 5.2 step 8).
func (s *Scratch) DecodeSegments(token string, header int) (input string, err error) {
	payload, signature, found := strings.Cut(token[header+1:], ".")
	if !found || strings.IndexByte(signature, '.') >= 0 {
		return "", ErrSegments
	}
	if payload == "" || signature == "" {
		return "", ErrEmptySegment
	}
	var ok bool
	if s.Payload, ok = DecodeSegment(s.Payload, payload); !ok {
		return "", ErrPayloadBase64
	}
	if s.Signature, ok = DecodeSegment(s.Signature, signature); !ok {
		return "", ErrSignatureBase64
	}
	return token[:header+1+len(payload)], nil
}
