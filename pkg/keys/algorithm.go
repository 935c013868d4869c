package keys

import "fmt"

// Algorithm is a JWS signature algorithm (RFC 7518 section 3.1, RFC 8037
// section 3.1). The zero value is no algorithm: it signs and verifies nothing.
// There is no value for "none", so it cannot be configured.
type Algorithm uint8

// The algorithms this package signs and verifies with.
const (
	_     Algorithm = iota
	HS256           // HMAC with SHA-256
	HS384           // HMAC with SHA-384
	HS512           // HMAC with SHA-512
	RS256           // RSASSA-PKCS1-v1_5 with SHA-256
	RS384           // RSASSA-PKCS1-v1_5 with SHA-384
	RS512           // RSASSA-PKCS1-v1_5 with SHA-512
	PS256           // RSASSA-PSS with SHA-256, salt as long as the hash
	PS384           // RSASSA-PSS with SHA-384, salt as long as the hash
	PS512           // RSASSA-PSS with SHA-512, salt as long as the hash
	ES256           // ECDSA on P-256 with SHA-256
	ES384           // ECDSA on P-384 with SHA-384
	ES512           // ECDSA on P-521 with SHA-512
	EdDSA           // Ed25519
)

// ParseAlgorithm returns the algorithm with the JWS name s. Names are
// case-sensitive (RFC 7515 section 4.1.1). The error matches [ErrUnsupported].
func ParseAlgorithm(s string) (Algorithm, error) {
	return 0, fmt.Errorf("algorithm %q: %w", s, ErrUnsupported)
}

// Algorithms returns every supported algorithm in the order of RFC 7518.
func Algorithms() []Algorithm { panic("stub") }

// String returns the JWS name, such as "RS256".
func (a Algorithm) String() string { panic("stub") }

// MarshalText and UnmarshalText make an Algorithm readable in JSON and flags.
func (a Algorithm) MarshalText() ([]byte, error)     { panic("stub") }
func (a *Algorithm) UnmarshalText(text []byte) error { panic("stub") }

// Symmetric reports whether the algorithm signs and verifies with one shared
// secret (HS256, HS384, HS512).
func (a Algorithm) Symmetric() bool { panic("stub") }

// Type returns the JWK key type (kty) the algorithm needs: "oct", "RSA", "EC" or "OKP".
func (a Algorithm) Type() string { panic("stub") }
