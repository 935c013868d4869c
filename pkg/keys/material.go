package keys

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"slices"
)

// newPublic makes a verification key of public, checking all there is to check,
// with the algorithm a PEM file implies.
func newPublic(public crypto.PublicKey) (*VerificationKey, error) {
	if err := checkPublic(public); err != nil {
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

func checkPublic(public crypto.PublicKey) error {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return checkRSA(k)
	case *ecdsa.PublicKey:
		return nil // on its curve, or parsePoint would have refused it
	case ed25519.PublicKey:
		return checkEd25519(k)
	}
	return fmt.Errorf("%w: %T", ErrUnsupported, public)
}

// shape is what an algorithm asks of a public key, in the terms of a JWK.
type shape struct {
	kty   string
	curve string // empty for RSA
	bits  int
}

func shapeOf(public crypto.PublicKey) shape {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return shape{"RSA", "", k.N.BitLen()}
	case *ecdsa.PublicKey:
		return shape{"EC", k.Curve.Params().Name, k.Curve.Params().BitSize}
	}
	return shape{"OKP", "Ed25519", 8 * ed25519.PublicKeySize}
}

// fitting lists the algorithms for a key, the one that is implied first. RFC
// 7518 section 3.4 binds each ES algorithm to one curve; golang-jwt does not.
func fitting(public crypto.PublicKey) []Algorithm {
	s := shapeOf(public)
	return slices.DeleteFunc(Algorithms(), func(a Algorithm) bool {
		return a.Type() != s.kty || a.profile().curve != s.curve
	})
}

func fits(alg Algorithm, public crypto.PublicKey) error {
	if all := fitting(public); !slices.Contains(all, alg) {
		return fmt.Errorf("%w: %v is not for an %s key; use one of %v", ErrAlgorithm, alg, cmp.Or(shapeOf(public).curve, "RSA"), all)
	}
	return nil
}
