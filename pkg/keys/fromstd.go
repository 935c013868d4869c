package keys

import (
	"crypto"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
)

// NewSigningKey makes a key from one that the program already has:
// *[rsa.PrivateKey], *[ecdsa.PrivateKey] or [ed25519.PrivateKey]. It copies the
// key, and checks it as [Parse] does. If alg is zero, the algorithm is the default
// of Parse.
//
// Another type, such as a key in hardware, is [ErrUnsupported]; nil is [ErrNoKey].
// The other errors are those of [Parse] and of [SigningKey.As].
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

// NewVerificationKey is [NewSigningKey] for *[rsa.PublicKey], *[ecdsa.PublicKey]
// and [ed25519.PublicKey].
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
