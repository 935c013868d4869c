package keys

import (
	"encoding"
	"fmt"
	"io"
)

// redacted prints a key without its secret part: `RS256 private key "kid" [redacted]`,
// `RS256 public key "kid"`, `HS256 secret "kid" [redacted]`. Both types of key embed
// it by value, so that a key inside another value is redacted too.
type redacted struct {
	key interface{ describe() string }
}

var (
	_ fmt.Formatter          = redacted{}
	_ fmt.Stringer           = redacted{}
	_ encoding.TextMarshaler = redacted{}
)

// String describes the key and never shows its secret part.
func (r redacted) String() string {
	if r.key == nil { // a zero SigningKey or VerificationKey
		return "no key"
	}
	return r.key.describe()
}

// Format writes String for every verb and flag of package fmt: %x and %d would
// print fields otherwise.
func (r redacted) Format(f fmt.State, _ rune) { io.WriteString(f, r.String()) }

// MarshalText returns String, for encoding/json, log/slog and other encoders.
// [MarshalJWK] and [MarshalPublicJWK] write the key itself.
func (r redacted) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

func (m *signingMaterial) describe() string {
	if m.private == nil {
		return m.public.m.describe()
	}
	return describeAs("private key", m.public.m) + " [redacted]"
}

func (m *verificationMaterial) describe() string {
	if m.mac != nil {
		return describeAs("secret", m) + " [redacted]"
	}
	return describeAs("public key", m)
}

func describeAs(kind string, m *verificationMaterial) string {
	text := fmt.Sprintf("%v %s", m.alg, kind)
	if m.id != "" {
		text += fmt.Sprintf(" %q", m.id)
	}
	return text
}
