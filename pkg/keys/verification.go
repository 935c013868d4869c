package keys

import "log/slog"

// VerificationKey is a public key, or an HMAC secret, bound to one algorithm.
// It is immutable, safe for concurrent use, and prints as a redacted text.
// For HMAC it holds the signing secret and nothing exports it.
type VerificationKey struct{ m *verificationMaterial }

type verificationMaterial struct{}

// ID returns the key id (kid); see [SigningKey.ID].
func (k *VerificationKey) ID() string { panic("stub") }

// Algorithm returns the one algorithm the key verifies.
func (k *VerificationKey) Algorithm() Algorithm { panic("stub") }

// As returns the same key bound to another algorithm of its kind.
func (k *VerificationKey) As(alg Algorithm) (*VerificationKey, error) { panic("stub") }

// WithID returns the same key with a stated kid.
func (k *VerificationKey) WithID(kid string) (*VerificationKey, error) { panic("stub") }

// Verify returns nil when signature is the JWS signature of input under k, and
// [ErrSignature] for anything else.
func (k *VerificationKey) Verify(input string, signature []byte) error { panic("stub") }

// Bits returns the size of the key: the RSA modulus, the curve, or the secret.
func (k *VerificationKey) Bits() int { panic("stub") }

// Thumbprint returns the RFC 7638 SHA-256 thumbprint, base64url. It is empty
// for a secret: a hash of a secret is not published.
func (k *VerificationKey) Thumbprint() string { panic("stub") }

// Equal reports whether two keys hold the same key material; kid and algorithm
// are not compared. Secrets are compared in constant time.
func (k *VerificationKey) Equal(other *VerificationKey) bool { panic("stub") }

// Snapshot makes a VerificationKey a [Source] that verifies and does not sign.
func (k *VerificationKey) Snapshot() *Snapshot { panic("stub") }

func (k *VerificationKey) String() string               { panic("stub") }
func (k *VerificationKey) GoString() string             { panic("stub") }
func (k *VerificationKey) LogValue() slog.Value         { panic("stub") }
func (k *VerificationKey) MarshalJSON() ([]byte, error) { panic("stub") }
