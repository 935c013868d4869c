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

// shape describes a public key in the terms of a JWK.
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

// fitting lists the algorithms that a key can be used with; the first is the
// default. RFC 7518 section 3.4 binds each ES algorithm to one curve; golang-jwt
// does not check that.
func fitting(public crypto.PublicKey) []Algorithm {
	s := shapeOf(public)
	return slices.DeleteFunc(Algorithms(), func(a Algorithm) bool {
		return a.Type() != s.kty || profileOf(a).curve != s.curve
	})
}

func fits(alg Algorithm, public crypto.PublicKey) error {
	if all := fitting(public); !slices.Contains(all, alg) {
		kind := map[string]string{"": "an RSA", "Ed25519": "an Ed25519"}[shapeOf(public).curve]
		return fmt.Errorf("%w: %v is not for %s key; use one of %v", ErrAlgorithm, alg, cmp.Or(kind, "a "+shapeOf(public).curve), all)
	}
	return nil
}
