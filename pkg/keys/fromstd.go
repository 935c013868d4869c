package keys

import (
	"crypto"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
)

// NewSigningKey returns a copy of a key that a program already holds, checked
// as [Parse] checks it: *[rsa.PrivateKey], *[ecdsa.PrivateKey] or
// [ed25519.PrivateKey]. A zero alg means the one Parse implies.
//
// A key of another type is [ErrUnsupported], which keys that cannot be copied out of
// their hardware are; nil is [ErrNoKey].
func NewSigningKey(private crypto.PrivateKey, alg Algorithm) (*SigningKey, error) {
	copied, err := der.CopyPrivate(private)
	if err != nil {
		return nil, err
	}
	k, err := newPrivate(copied)
	if err != nil || alg == 0 {
		return k, err
	}
	return k.As(alg)
}

// NewVerificationKey is [NewSigningKey] for *[rsa.PublicKey],
// *[ecdsa.PublicKey] and [ed25519.PublicKey].
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
