package keys

import (
	"crypto"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
)

// newPublic makes a verification key of public, checking all there is to check,
// with the algorithm a PEM file implies.
func newPublic(public crypto.PublicKey) (*VerificationKey, error) {
	if err := der.CheckPublic(public); err != nil {
		return nil, err
	}
	m := verificationMaterial{alg: fitting(public)[0], public: public, bits: shapeOf(public).bits}
	m.thumbprint = thumbprint(public)
	m.id = m.thumbprint
	return newVerificationKey(m), nil
}

// newPrivate makes a signing key of private. Its public half is derived.
func newPrivate(private crypto.Signer) (*SigningKey, error) {
	public, err := newPublic(private.Public())
	if err != nil {
		return nil, err
	}
	return newSigningKey(signingMaterial{public: public, private: func() crypto.Signer { return private }}), nil
}
