package keys

import (
	"crypto"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
)

// VerificationKey is a public key or an HMAC secret, bound to one algorithm. It is
// immutable, safe for concurrent use, and prints redacted as a [SigningKey] does.
// For HMAC it contains the secret that signs, and never exports it. [ParsePublic],
// [NewVerificationKey] and [SigningKey.VerificationKey] make one.
type VerificationKey struct {
	redacted
	m *verificationMaterial
}

var _ Source = (*VerificationKey)(nil)

type verificationMaterial struct {
	alg        Algorithm
	only       []Algorithm // that the file allows; nil for all that fit
	stated     bool        // alg was stated by a JWK: As cannot change it
	unstated   bool        // it is of a JWK Set and states no alg: see eachAlgorithm
	id         string      // kid; the thumbprint unless given
	given      bool        // the kid was stated
	thumbprint string      // RFC 7638; empty for a secret
	bits       int
	public     crypto.PublicKey // nil for a secret; an interface, as golang-jwt takes it: no allocation per call
	mac        *macKey          // nil for a public key
	snapshot   *Snapshot
}

func newVerificationKey(m verificationMaterial) *VerificationKey {
	k := &VerificationKey{redacted{&m}, &m}
	m.snapshot = newSnapshot(nil, k)
	return k
}

// NewVerificationKey makes a key from a public key that the program already has:
// *[rsa.PublicKey], *[ecdsa.PublicKey] or [ed25519.PublicKey]. It copies the key, and
// checks it as [ParsePublic] does. If alg is zero, the algorithm is the default of
// ParsePublic. Another type is [ErrUnsupported], and nil is [ErrNoKey].
func NewVerificationKey(public crypto.PublicKey, alg Algorithm) (*VerificationKey, error) {
	copied, err := der.CopyPublic(public)
	if err != nil {
		return nil, err
	}
	k, err := newPublic(copied)
	if err != nil || alg == 0 {
		return k, err
	}
	return k.As(alg)
}

// noMaterial stands for nil and zero keys. It is read only.
var noMaterial verificationMaterial

func (k *VerificationKey) usable() bool { return k != nil && k.m != nil }

func (k *VerificationKey) material() *verificationMaterial {
	if !k.usable() {
		return &noMaterial
	}
	return k.m
}

// ID returns the key id (kid); see [SigningKey.ID].
func (k *VerificationKey) ID() string { return k.material().id }

// Algorithm returns the algorithm that the key verifies.
func (k *VerificationKey) Algorithm() Algorithm { return k.material().alg }

// As returns the same key bound to another algorithm for its type; see
// [SigningKey.As].
func (k *VerificationKey) As(alg Algorithm) (*VerificationKey, error) {
	m := *k.material()
	switch {
	case !k.usable():
		return nil, fmt.Errorf("%w: there is no key", ErrAlgorithm)
	case alg == m.alg:
		return k, nil
	case m.stated:
		return nil, fmt.Errorf("%w: its JWK states %v, not %v", ErrAlgorithm, m.alg, alg)
	case m.only != nil && !slices.Contains(m.only, alg):
		return nil, fmt.Errorf("%w: the key is restricted to RSA-PSS: use one of %v, not %v", ErrAlgorithm, m.only, alg)
	case m.mac == nil:
		if err := fits(alg, m.public); err != nil {
			return nil, err
		}
	default:
		if alg.Type() != "oct" {
			return nil, fmt.Errorf("%w: %v is not for a secret; use HS256, HS384 or HS512", ErrAlgorithm, alg)
		}
		if err := checkSecret(m.mac.secret(), alg); err != nil {
			return nil, err
		}
		m.mac = newMACKey(m.mac.secret(), alg)
	}
	m.alg = alg
	return newVerificationKey(m), nil
}

// WithID returns the same key with that kid; see [SigningKey.WithID].
func (k *VerificationKey) WithID(kid string) (*VerificationKey, error) {
	if !k.usable() {
		return nil, fmt.Errorf("%w: there is no key", ErrKeyID)
	}
	if err := checkID(kid); err != nil {
		return nil, err
	}
	m := *k.m
	m.id, m.given = kid, true
	return newVerificationKey(m), nil
}

func checkID(kid string) error {
	switch {
	case kid == "":
		return fmt.Errorf("%w: the kid is empty", ErrKeyID)
	case len(kid) > 1024:
		return fmt.Errorf("%w: the kid is longer than 1024 bytes", ErrKeyID)
	case !utf8.ValidString(kid) || strings.ContainsFunc(kid, unicode.IsControl):
		return fmt.Errorf("%w: the kid has control characters or is not UTF-8", ErrKeyID)
	}
	return nil
}

// Verify returns nil if signature is the JWS signature of input under k, and
// [ErrSignature] otherwise.
func (k *VerificationKey) Verify(input string, signature []byte) error {
	if !k.usable() {
		return ErrSignature
	}
	if k.m.mac != nil {
		if !k.m.mac.verify(input, signature) {
			return ErrSignature
		}
		return nil
	}
	if profileOf(k.m.alg).method.Verify(input, signature, k.m.public) != nil {
		return ErrSignature
	}
	return nil
}

// Bits returns the size of the key in bits: of the RSA modulus, of the curve, or
// eight times the length of the secret.
func (k *VerificationKey) Bits() int { return k.material().bits }

// Thumbprint returns the RFC 7638 SHA-256 thumbprint in base64url. It is empty for
// a secret, because a hash of a secret must not be published.
func (k *VerificationKey) Thumbprint() string { return k.material().thumbprint }

// Fingerprint returns the SHA-256 of the SubjectPublicKeyInfo (RFC 5280 section
// 4.1.2.7), as "SHA256:" and standard base64, which Snowflake and others name keys by.
// It is empty for a secret. [VerificationKey.Thumbprint] is the one of RFC 7638.
func (k *VerificationKey) Fingerprint() string {
	encoded, err := x509.MarshalPKIXPublicKey(k.material().public)
	if err != nil {
		return "" // a secret, or no key
	}
	digest := sha256.Sum256(encoded)
	return "SHA256:" + base64.StdEncoding.EncodeToString(digest[:])
}

// Equal reports whether two keys have the same key material. kid and algorithm are
// not compared. Secrets are compared in constant time.
func (k *VerificationKey) Equal(other *VerificationKey) bool {
	if !k.usable() || !other.usable() {
		return false
	}
	if k.m.mac != nil && other.m.mac != nil {
		return subtle.ConstantTimeCompare(k.m.mac.secret(), other.m.mac.secret()) == 1
	}
	return k.m.thumbprint != "" && k.m.thumbprint == other.m.thumbprint
}

// Snapshot returns a snapshot of this key, which verifies and does not sign. It
// implements [Source].
func (k *VerificationKey) Snapshot() *Snapshot {
	if !k.usable() {
		return emptySnapshot
	}
	return k.m.snapshot
}
