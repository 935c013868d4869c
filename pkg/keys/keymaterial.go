package keys

import (
	"crypto"
	"slices"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
)

// newPublic makes a verification key, after all checks, with the default algorithm
// for the key.
func newPublic(public crypto.PublicKey) (*VerificationKey, error) {
	var only []Algorithm
	if pss, ok := public.(der.PSSPublicKey); ok {
		public, only = pss.PublicKey, pssAlgorithms(pss.Hash)
	}
	if err := der.CheckPublic(public); err != nil {
		return nil, err
	}
	m := verificationMaterial{alg: fitting(public)[0], only: only, public: public, bits: shapeOf(public).bits}
	if only != nil {
		m.alg = only[0]
	}
	m.thumbprint = thumbprint(public)
	m.id = m.thumbprint
	return newVerificationKey(m), nil
}

// pssAlgorithms lists the algorithms of an RSA key that is restricted to PSS with
// hash, or with every hash if it is zero.
func pssAlgorithms(hash crypto.Hash) []Algorithm {
	return slices.DeleteFunc([]Algorithm{PS256, PS384, PS512}, func(a Algorithm) bool {
		return hash != 0 && profileOf(a).hash != hash
	})
}

// newPrivate makes a signing key of private. Its public half is derived.
func newPrivate(private crypto.Signer) (*SigningKey, error) {
	public, err := newPublic(private.Public())
	if err != nil {
		return nil, err
	}
	if pss, ok := private.(der.PSSPrivateKey); ok {
		private = pss.PrivateKey
	}
	return newSigningKey(signingMaterial{public: public, private: func() crypto.Signer { return private }}), nil
}
