package keys

import (
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
	m := verificationMaterial{alg: impliedAlgorithm(public), public: public, bits: sizeOf(public)}
	m.thumbprint = thumbprint(public)
	m.id = m.thumbprint
	return newVerificationKey(m), nil
}

// newPrivate makes a signing key of private. Its public half is derived.
func newPrivate(private crypto.PrivateKey) (*SigningKey, error) {
	signer, ok := private.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w: it does not sign", ErrUnsupported)
	}
	public, err := newPublic(signer.Public())
	if err != nil {
		return nil, err
	}
	return newSigningKey(signingMaterial{public: public, private: private}), nil
}

func checkPublic(public crypto.PublicKey) error {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return checkRSA(k)
	case *ecdsa.PublicKey:
		return checkEC(k)
	case ed25519.PublicKey:
		return checkEd25519(k)
	}
	return fmt.Errorf("%w: %T", ErrUnsupported, public)
}

// impliedAlgorithm is what a file that names no algorithm is taken for.
func impliedAlgorithm(public crypto.PublicKey) Algorithm {
	if _, ok := public.(*rsa.PublicKey); ok {
		return RS256
	}
	for _, a := range Algorithms() {
		if a.profile().curve != "" && a.profile().curve == curveOf(public) {
			return a
		}
	}
	return 0
}

// fits reports whether alg works with the key: its type, and its curve
// (RFC 7518 section 3.4 binds each ES algorithm to one curve; golang-jwt does not).
func fits(alg Algorithm, public crypto.PublicKey) error {
	kty, curve := typeOf(public), curveOf(public)
	if alg.valid() && alg.Type() == kty && alg.profile().curve == curve {
		return nil
	}
	kind := kty
	if curve != "" {
		kind = curve
	}
	return fmt.Errorf("%w: %v is not for an %s key; use one of %v", ErrAlgorithm, alg, kind, fitting(public))
}

// fitting lists the algorithms for a key.
func fitting(public crypto.PublicKey) []Algorithm {
	return slices.DeleteFunc(Algorithms(), func(a Algorithm) bool {
		return a.Type() != typeOf(public) || a.profile().curve != curveOf(public)
	})
}

// typeOf returns the JWK key type.
func typeOf(public crypto.PublicKey) string {
	switch public.(type) {
	case *rsa.PublicKey:
		return "RSA"
	case *ecdsa.PublicKey:
		return "EC"
	case ed25519.PublicKey:
		return "OKP"
	}
	return "oct"
}

// curveOf returns the JWK crv, empty when the key has none.
func curveOf(public crypto.PublicKey) string {
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		return k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return ""
}

func sizeOf(public crypto.PublicKey) int {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen()
	case *ecdsa.PublicKey:
		return k.Curve.Params().BitSize
	}
	return 8 * ed25519.PublicKeySize
}
