package login

import "encoding/base64"

// rawURL is base64url without padding whose unused bits must be zero: each
// value has one text (RFC 7515 section 2, RFC 4648 section 3.5).
var rawURL = base64.RawURLEncoding.Strict()

// decodeSegment decodes a segment of a token into buffer, which grows as
// needed. It is false for a character outside of [A-Za-z0-9_-], for padding,
// and for a text that is not the canonical one of its value.
func decodeSegment(buffer []byte, segment string) ([]byte, bool) {
	size := rawURL.DecodedLen(len(segment))
	if cap(buffer) < size {
		buffer = make([]byte, size)
	}
	n, err := rawURL.Decode(buffer[:size], []byte(segment))
	// The standard library's decoder skips CR and LF, so that a signature can
	// be written in many ways. Then it decodes fewer bytes than the length
	// promises, unless the length is one that no base64 text has.
	return buffer[:n], err == nil && n == size && len(segment)%4 != 1
}
