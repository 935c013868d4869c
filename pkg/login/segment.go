package login

import (
	"encoding/base64"
	"strings"
)

// rawURL is base64url without padding whose unused bits must be zero: each
// value has one text (RFC 7515 section 2, RFC 4648 section 3.5).
var rawURL = base64.RawURLEncoding.Strict()

// decodeSegment decodes a segment of a token into buffer, which grows as
// needed. It is false for a character outside of [A-Za-z0-9_-], for padding,
// and for a text that is not the canonical one of its value.
func decodeSegment(buffer []byte, segment string) ([]byte, bool) {
	// The decoder of the standard library skips these two. A signature that
	// can be written in more than one way would pass a list of revoked texts.
	if strings.IndexByte(segment, '\n') >= 0 || strings.IndexByte(segment, '\r') >= 0 {
		return buffer[:0], false
	}
	size := rawURL.DecodedLen(len(segment))
	if cap(buffer) < size {
		buffer = make([]byte, size)
	}
	n, err := rawURL.Decode(buffer[:size], []byte(segment))
	return buffer[:n], err == nil
}
