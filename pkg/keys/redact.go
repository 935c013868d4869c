package keys

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// describe says what a key is without a word of its secret part.
func describe(kind string, k *VerificationKey, secret bool) string {
	if !k.usable() {
		return "no key"
	}
	text := fmt.Sprintf("%v %s", k.Algorithm(), kind)
	if k.ID() != "" {
		text += fmt.Sprintf(" %q", k.ID())
	}
	if secret {
		text += " [redacted]"
	}
	return text
}

// String describes the key and never shows its private part:
// `RS256 private key "kid" [redacted]`.
func (k SigningKey) String() string {
	public := (&k).VerificationKey()
	if public.material().mac != nil {
		return describe("secret", public, true)
	}
	return describe("private key", public, true)
}

// Format writes [SigningKey.String] for every verb and flag of package fmt.
func (k SigningKey) Format(f fmt.State, _ rune) { io.WriteString(f, k.String()) }

// LogValue makes package log/slog write [SigningKey.String].
func (k SigningKey) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalJSON writes [SigningKey.String] as a JSON string. [MarshalJWK] writes the key.
func (k SigningKey) MarshalJSON() ([]byte, error) { return json.Marshal(k.String()) }

// String describes the key: `RS256 public key "kid"`, and for HMAC, where it
// holds the secret, `HS256 secret "kid" [redacted]`.
func (k VerificationKey) String() string {
	if (&k).material().mac != nil {
		return describe("secret", &k, true)
	}
	return describe("public key", &k, false)
}

// Format writes [VerificationKey.String] for every verb and flag of package fmt.
func (k VerificationKey) Format(f fmt.State, _ rune) { io.WriteString(f, k.String()) }

// LogValue makes package log/slog write [VerificationKey.String].
func (k VerificationKey) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalJSON writes [VerificationKey.String] as a JSON string. [MarshalPublicJWK] writes the key.
func (k VerificationKey) MarshalJSON() ([]byte, error) { return json.Marshal(k.String()) }
