package der

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// CopyPrivate copies a key by encoding and parsing it, so that the checks of the
// parser apply to it. A signer that is not a private key of the standard library has
// nothing to copy: the result is nil.
func CopyPrivate(private crypto.Signer) (crypto.Signer, error) {
	switch k := private.(type) {
	case *rsa.PrivateKey:
		return copyRSA(k)
	case *ecdsa.PrivateKey:
		return copyEC(k)
	case *ed25519.PrivateKey:
		return CopyPrivate(*k)
	case ed25519.PrivateKey:
		if len(k) != ed25519.PrivateKeySize {
			return nil, fmt.Errorf("%w: an Ed25519 private key of %d bytes", keyerr.ErrMalformed, len(k))
		}
		fresh := ed25519.NewKeyFromSeed(k.Seed())
		if !bytes.Equal(fresh, k) {
			return nil, fmt.Errorf("%w: the public half of the Ed25519 key does not belong to its seed", keyerr.ErrMalformed)
		}
		return fresh, nil
	}
	return nil, nil
}

func copyRSA(k *rsa.PrivateKey) (crypto.Signer, error) {
	if err := CheckPublic(&k.PublicKey); err != nil {
		return nil, err
	}
	if len(k.Primes) > 2 {
		return nil, fmt.Errorf("%w: RSA with more than two primes", keyerr.ErrUnsupported)
	}
	if !sizedFor(k.N, append([]*big.Int{k.D}, k.Primes...)...) {
		return nil, unfitRSA()
	}
	// Leave the precomputed values out: another goroutine may be writing them.
	bare := rsa.PrivateKey{PublicKey: k.PublicKey, D: k.D, Primes: k.Primes}
	if bare.Precompute(); bare.Validate() != nil {
		return nil, unfitRSA()
	}
	der := x509.MarshalPKCS1PrivateKey(&bare)
	defer clear(der)
	return parsePKCS1(der)
}

func copyEC(k *ecdsa.PrivateKey) (crypto.Signer, error) {
	if _, err := ecPoint(&k.PublicKey); err != nil {
		return nil, err
	}
	//lint:ignore SA1019 a nil scalar makes Bytes panic
	if k.D == nil {
		return nil, fmt.Errorf("%w: an EC private key without its scalar", keyerr.ErrMalformed)
	}
	scalar, err := k.Bytes()
	if err != nil {
		return nil, fmt.Errorf("%w: the EC private key is zero or too large for its curve", keyerr.ErrMalformed)
	}
	defer clear(scalar)
	fresh, err := ParseScalar(k.Curve, scalar)
	if err != nil {
		return nil, err
	}
	if !fresh.PublicKey.Equal(&k.PublicKey) {
		return nil, fmt.Errorf("%w: the public half of the EC key does not belong to its private half", keyerr.ErrMalformed)
	}
	return fresh, nil
}

// CopyPublic copies a key by encoding and parsing it, as [CopyPrivate] does.
func CopyPublic(public crypto.PublicKey) (crypto.PublicKey, error) {
	switch k := public.(type) {
	case *rsa.PublicKey:
		if k == nil {
			return nil, keyerr.NothingTo("copy")
		}
		if err := checkRSA(k); err != nil {
			return nil, err
		}
		return parsePKCS1Public(x509.MarshalPKCS1PublicKey(k))
	case *ecdsa.PublicKey:
		if k == nil {
			return nil, keyerr.NothingTo("copy")
		}
		point, err := ecPoint(k)
		if err != nil {
			return nil, err
		}
		return ParsePoint(k.Curve, point)
	case ed25519.PublicKey:
		return ed25519.PublicKey(bytes.Clone(k)), nil
	case nil:
		return nil, keyerr.NothingTo("copy")
	}
	return nil, fmt.Errorf("%w: %T; want *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey", keyerr.ErrUnsupported, public)
}
