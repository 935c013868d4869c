package keys

import (
	"crypto"
	"crypto/rsa"
	"encoding"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"

	_ "crypto/sha256"

	// registers the hashes of the table below
	_ "crypto/sha512"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// Algorithm is a JWS signature algorithm (RFC 7518 section 3.1, RFC 8037 section
// 3.1). The zero value is not an algorithm: it neither signs nor verifies. There is
// deliberately nothing for "none", so it cannot be configured.
type Algorithm uint8

var (
	_ encoding.TextMarshaler   = Algorithm(0)
	_ encoding.TextUnmarshaler = (*Algorithm)(nil)
)

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

// profile describes an algorithm: the key it needs and the method that computes it.
type profile struct {
	name   string
	kty    string            // JWK key type
	curve  string            // JWK crv; empty for RSA and secrets
	hash   crypto.Hash       // zero for EdDSA, which includes its hash
	method jwt.SigningMethod // nil for HMAC: see macKey
}

// profiles is read only. The methods are not those in the variables of golang-jwt:
// any program that imports it can change these variables, and its PS methods accept
// a salt of any length, which RFC 7518 section 3.5 forbids.
var profiles = [...]profile{
	HS256: {"HS256", "oct", "", crypto.SHA256, nil},
	HS384: {"HS384", "oct", "", crypto.SHA384, nil},
	HS512: {"HS512", "oct", "", crypto.SHA512, nil},
	RS256: {"RS256", "RSA", "", crypto.SHA256, pkcs1Method("RS256", crypto.SHA256)},
	RS384: {"RS384", "RSA", "", crypto.SHA384, pkcs1Method("RS384", crypto.SHA384)},
	RS512: {"RS512", "RSA", "", crypto.SHA512, pkcs1Method("RS512", crypto.SHA512)},
	PS256: {"PS256", "RSA", "", crypto.SHA256, pssMethod("PS256", crypto.SHA256)},
	PS384: {"PS384", "RSA", "", crypto.SHA384, pssMethod("PS384", crypto.SHA384)},
	PS512: {"PS512", "RSA", "", crypto.SHA512, pssMethod("PS512", crypto.SHA512)},
	ES256: {"ES256", "EC", "P-256", crypto.SHA256, ecMethod("ES256", crypto.SHA256, 256)},
	ES384: {"ES384", "EC", "P-384", crypto.SHA384, ecMethod("ES384", crypto.SHA384, 384)},
	ES512: {"ES512", "EC", "P-521", crypto.SHA512, ecMethod("ES512", crypto.SHA512, 521)},
	EdDSA: {"EdDSA", "OKP", "Ed25519", 0, &jwt.SigningMethodEd25519{}},
}

func pkcs1Method(name string, hash crypto.Hash) jwt.SigningMethod {
	return &jwt.SigningMethodRSA{Name: name, Hash: hash}
}

func pssMethod(name string, hash crypto.Hash) jwt.SigningMethod {
	exact := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
	return &jwt.SigningMethodRSAPSS{
		SigningMethodRSA: &jwt.SigningMethodRSA{Name: name, Hash: hash},
		Options:          exact,
		VerifyOptions:    exact,
	}
}

func ecMethod(name string, hash crypto.Hash, bits int) jwt.SigningMethod {
	return &jwt.SigningMethodECDSA{Name: name, Hash: hash, KeySize: (bits + 7) / 8, CurveBits: bits}
}

// profileOf returns the profile of a, or the zero profile if a is not an algorithm.
func profileOf(a Algorithm) *profile {
	if int(a) >= len(profiles) {
		return &profiles[0]
	}
	return &profiles[a]
}

func (a Algorithm) valid() bool { return profileOf(a).name != "" }

// ParseAlgorithm returns the algorithm with the JWS name s. Names are
// case-sensitive (RFC 7515 section 4.1.1). For any other name the error matches
// [ErrUnsupported].
func ParseAlgorithm(s string) (Algorithm, error) {
	for _, a := range Algorithms() {
		if profileOf(a).name == s {
			return a, nil
		}
	}
	return 0, fmt.Errorf("%w: algorithm %q is not one of %v", ErrUnsupported, keyerr.Truncate(s), Algorithms())
}

// Algorithms returns all supported algorithms in the order of RFC 7518.
func Algorithms() []Algorithm {
	return []Algorithm{HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA}
}

// String returns the JWS name, such as "RS256", or "Algorithm(200)" for a value
// that is not an algorithm.
func (a Algorithm) String() string {
	if !a.valid() {
		return fmt.Sprintf("Algorithm(%d)", uint8(a))
	}
	return profileOf(a).name
}

// MarshalText returns the JWS name. For a value that is not an algorithm, the error
// matches [ErrUnsupported].
func (a Algorithm) MarshalText() ([]byte, error) {
	if !a.valid() {
		return nil, fmt.Errorf("%w: %v", ErrUnsupported, a)
	}
	return []byte(profileOf(a).name), nil
}

// UnmarshalText is [ParseAlgorithm], for JSON, configuration files and flags.
func (a *Algorithm) UnmarshalText(text []byte) error {
	parsed, err := ParseAlgorithm(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// Type returns the JWK key type (kty) of the algorithm: "RSA", "EC", "OKP", or "oct" for
// HMAC, where one shared secret signs and verifies.
func (a Algorithm) Type() string { return profileOf(a).kty }
