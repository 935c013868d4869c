package keys

import "log/slog"

// SigningKey is a private key, or an HMAC secret, bound to one algorithm. It
// signs; [SigningKey.VerificationKey] gives what checks the signatures. A
// SigningKey is immutable, safe for concurrent use, and prints as a redacted
// text on every path.
type SigningKey struct{ m *signingMaterial }

type signingMaterial struct{}

// ID returns the key id (kid). Unless stated with [SigningKey.WithID] or by a
// JWK it is the RFC 7638 thumbprint for an asymmetric key and empty for a secret.
func (k *SigningKey) ID() string { panic("stub") }

// Algorithm returns the one algorithm the key signs with.
func (k *SigningKey) Algorithm() Algorithm { panic("stub") }

// As returns the same key bound to another algorithm of its kind, such as PS256
// for an RSA key. The error matches [ErrAlgorithm] or [ErrWeak].
func (k *SigningKey) As(alg Algorithm) (*SigningKey, error) { panic("stub") }

// WithID returns the same key with a stated kid. A verifier whose key was given
// its kid insists on it.
func (k *SigningKey) WithID(kid string) (*SigningKey, error) { panic("stub") }

// Sign returns the JWS signature of input (RFC 7515 section 5.1 step 5), not encoded.
func (k *SigningKey) Sign(input string) ([]byte, error) { panic("stub") }

// VerificationKey returns the key that checks what k signs, with the same
// algorithm and kid. For HMAC it holds the same secret.
func (k *SigningKey) VerificationKey() *VerificationKey { panic("stub") }

// Bits returns the size of the key: the RSA modulus, the curve, or the secret.
func (k *SigningKey) Bits() int { panic("stub") }

// Snapshot makes a SigningKey a [Source] of one key that signs and verifies.
func (k *SigningKey) Snapshot() *Snapshot { panic("stub") }

func (k *SigningKey) String() string               { panic("stub") }
func (k *SigningKey) GoString() string             { panic("stub") }
func (k *SigningKey) LogValue() slog.Value         { panic("stub") }
func (k *SigningKey) MarshalJSON() ([]byte, error) { panic("stub") }
