package keys

import (
	"context"
	"crypto"
	"fmt"
	"slices"
)

// SigningKey is a private key, or an HMAC secret, bound to one algorithm. It
// signs; [SigningKey.VerificationKey] gives what checks the signatures. A
// SigningKey is immutable, safe for concurrent use, and prints as a redacted
// text on every path. [Load], [LoadEncrypted], [LoadSecret], [Parse] and
// [Generate] make one.
type SigningKey struct {
	redacted
	m *signingMaterial
}

// signingMaterial is behind a pointer, so that a SigningKey inside somebody
// else's struct does not print it either. The private key is in a function: what
// prints by reflection, as package fmt does for a verb that does not fit and as
// testify does for values that differ, finds an address there.
type signingMaterial struct {
	public   *VerificationKey
	private  func() crypto.Signer // nil for a secret, which is in public.m.mac
	external bool                 // private is not in this program; see NewSigner
	warnings []string
	snapshot *Snapshot
}

func newSigningKey(m signingMaterial) *SigningKey {
	k := &SigningKey{redacted{&m}, &m}
	m.snapshot = newSnapshot(k, m.public)
	return k
}

// usable reports whether k was made by this package: neither nil nor zero.
func (k *SigningKey) usable() bool { return k != nil && k.m != nil }

// ID returns the key id (kid). Unless stated with [SigningKey.WithID] or by a
// JWK it is the RFC 7638 thumbprint for an asymmetric key and empty for a secret.
func (k *SigningKey) ID() string { return k.VerificationKey().ID() }

// Algorithm returns the one algorithm the key signs with.
func (k *SigningKey) Algorithm() Algorithm { return k.VerificationKey().Algorithm() }

// As returns the same key bound to another algorithm of its kind, such as PS256
// for an RSA key. The error matches [ErrAlgorithm], also when the key's JWK
// states another algorithm, or [ErrWeak] for a secret shorter than the hash.
func (k *SigningKey) As(alg Algorithm) (*SigningKey, error) {
	return k.withPublic(k.VerificationKey().As(alg))
}

// WithID returns the same key with a stated kid. A verifier whose key was given
// its kid insists on it. An empty kid, one over 1024 bytes and one with
// control characters match [ErrNoID].
func (k *SigningKey) WithID(kid string) (*SigningKey, error) {
	return k.withPublic(k.VerificationKey().WithID(kid))
}

func (k *SigningKey) withPublic(public *VerificationKey, err error) (*SigningKey, error) {
	if err != nil {
		return nil, err
	}
	m := *k.m
	m.public = public
	return newSigningKey(m), nil
}

// Sign returns the JWS signature of input (RFC 7515 section 5.1 step 5), not encoded.
func (k *SigningKey) Sign(input string) ([]byte, error) {
	return k.SignContext(context.Background(), input)
}

// SignContext is [SigningKey.Sign] for a key of [NewSigner] that a network is asked for: a
// [ContextSigner] gets ctx. Another key signs at once and does not look at it.
func (k *SigningKey) SignContext(ctx context.Context, input string) ([]byte, error) {
	if !k.usable() {
		return nil, ErrNoSigningKey
	}
	m := k.m.public.m
	if m.mac != nil {
		return m.mac.sign(input), nil
	}
	if k.m.external {
		return k.signExternal(ctx, input)
	}
	signature, err := profileOf(m.alg).method.Sign(input, k.m.private())
	if err != nil {
		return nil, fmt.Errorf("signing with %v: %w", m.alg, err)
	}
	return signature, nil
}

// VerificationKey returns the key that checks what k signs, with the same
// algorithm and kid. For HMAC it holds the same secret.
func (k *SigningKey) VerificationKey() *VerificationKey {
	if !k.usable() {
		return nil
	}
	return k.m.public
}

// Warnings says what a reviewer would object to in the file the key came
// from, such as RFC 1423 encryption. It is empty for a generated key.
func (k *SigningKey) Warnings() []string {
	if !k.usable() {
		return nil
	}
	return slices.Clone(k.m.warnings)
}

// Snapshot makes a SigningKey a [Source] of one key that signs and verifies.
func (k *SigningKey) Snapshot() *Snapshot {
	if !k.usable() {
		return emptySnapshot
	}
	return k.m.snapshot
}
