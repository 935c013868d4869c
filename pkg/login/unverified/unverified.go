// Package unverified decodes tokens without a key, for tools that show them.
package unverified

import (
	"strings"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// Token is a token that was read and NOT verified: anyone may have written
// its claims. No guard accepts this type.
type Token struct {
	Header  []byte // JSON object
	Payload []byte // JSON object
}

// Decode reads a token of at most 16 KiB without checking its signature,
// for tools that show tokens. It is as strict as [login.Verifier.Verify] about the
// encoding and the JSON, but accepts any header, and the empty signature of an
// unsigned token.
func Decode(token string) (*Token, error) {
	if len(token) > jws.MaxToken {
		return nil, login.ErrTooLarge
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
	return &Token{Header: decoded[0], Payload: decoded[1]}, nil
}
