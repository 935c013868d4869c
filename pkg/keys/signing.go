package keys

import (
	"context"
	"crypto"
	"fmt"
	"slices"
)

// SigningKey is a private key or an HMAC secret, bound to one algorithm. It signs;
// [SigningKey.VerificationKey] returns the key that checks the signatures. A
// SigningKey is immutable and safe for concurrent use. It prints as `RS256 private
// key "kid" [redacted]` with package fmt, in JSON and in log/slog. [Parse],
// [ParseEncrypted], [ParseSecret], [NewSigner] and [Generate] make one, and so do the
// Load functions of package keyfile.
type SigningKey struct {
	redacted
	m *signingMaterial
}

var _ Source = (*SigningKey)(nil)

// signingMaterial is behind a pointer, so that a SigningKey in an unexported field
// does not print it. The private key is in a closure: code that prints by
// reflection, such as package fmt for an unsuitable verb or testify for a
// difference, finds only an address.
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

// usable reports whether this package made k: it is neither nil nor the zero value.
func (k *SigningKey) usable() bool { return k != nil && k.m != nil }

// ID returns the key id (kid): the one stated by [SigningKey.WithID] or by a JWK.
// By default it is the RFC 7638 thumbprint, and empty for a secret.
func (k *SigningKey) ID() string { return k.VerificationKey().ID() }

// Algorithm returns the algorithm that the key signs with.
func (k *SigningKey) Algorithm() Algorithm { return k.VerificationKey().Algorithm() }

// As returns the same key bound to another algorithm for its type, such as PS256
// for an RSA key. The error matches [ErrAlgorithm] if alg does not fit the key or
// if its JWK states another, and [ErrWeak] for a secret shorter than the hash of
// alg.
func (k *SigningKey) As(alg Algorithm) (*SigningKey, error) {
	return k.withPublic(k.VerificationKey().As(alg))
}

// WithID returns the same key with that kid. A token must then name exactly this
// kid. If kid is empty, over 1024 bytes, or has control characters, the error
// matches [ErrKeyID].
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

// Sign returns the JWS signature of input (RFC 7515 section 5.1 step 5), not
// encoded. A key of [NewSigner] that is not in this program stops when ctx is done, and
// a [ContextSigner] gets ctx. Another key signs at once and does not look at it. For a
// nil key the error is [ErrNoSigningKey].
func (k *SigningKey) Sign(ctx context.Context, input string) ([]byte, error) {
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

// VerificationKey returns the key that verifies the signatures of k, with the same
// algorithm and kid. For HMAC it contains the same secret.
func (k *SigningKey) VerificationKey() *VerificationKey {
	if !k.usable() {
		return nil
	}
	return k.m.public
}

// Warnings lists weaknesses of the file the key was read from that are not refused,
// such as RFC 1423 encryption. It is empty for a generated key.
func (k *SigningKey) Warnings() []string {
	if !k.usable() {
		return nil
	}
	return slices.Clone(k.m.warnings)
}

// Snapshot returns a snapshot of this key, which signs and verifies. It implements
// [Source].
func (k *SigningKey) Snapshot() *Snapshot {
	if !k.usable() {
		return emptySnapshot
	}
	return k.m.snapshot
}

// signExternal asks the signer for a signature, and returns it in the form of JWS.
func (k *SigningKey) signExternal(ctx context.Context, input string) ([]byte, error) {
	public := k.m.public
	alg := public.Algorithm()
	digest, opts := digestFor(alg, input)
	signature, err := callSigner(ctx, k.m.private(), digest, opts)
	if err != nil {
		return nil, fmt.Errorf("signing with %v: %w", alg, err)
	}
	if alg.Type() == "EC" {
		if signature, err = fromASN1(signature, (public.Bits()+7)/8); err != nil {
			return nil, err
		}
	}
	if public.Verify(input, signature) != nil {
		return nil, fmt.Errorf("%w: the signer's answer is not a signature of its public key; check the version of its key", ErrSignature)
	}
	return signature, nil
}
