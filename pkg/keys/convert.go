package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
)

// NewSigningKey returns a copy of a key that a program already holds, checked
// as [Parse] checks it: *[rsa.PrivateKey], *[ecdsa.PrivateKey] or
// [ed25519.PrivateKey]. A zero alg means the one Parse implies.
//
// A key of another type is [ErrUnsupported], which keys that cannot be copied out of
// their hardware are; nil is [ErrNoKey].
func NewSigningKey(private crypto.PrivateKey, alg Algorithm) (*SigningKey, error) {
	copied, err := copyPrivate(private)
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
	copied, err := copyPublic(public)
	if err != nil {
		return nil, err
	}
	k, err := newPublic(copied)
	if err != nil || alg == 0 {
		return k, err
	}
	return k.As(alg)
}

// copyPrivate copies through DER, so that one reader checks every key.
func copyPrivate(private crypto.PrivateKey) (crypto.Signer, error) {
	switch k := private.(type) {
	case *rsa.PrivateKey:
		return copyRSA(k)
	case *ecdsa.PrivateKey:
		return copyEC(k)
	case ed25519.PrivateKey:
		if len(k) != ed25519.PrivateKeySize {
			return nil, fmt.Errorf("%w: an Ed25519 private key of %d bytes", ErrMalformed, len(k))
		}
		fresh := ed25519.NewKeyFromSeed(k.Seed())
		if !bytes.Equal(fresh, k) {
			return nil, fmt.Errorf("%w: the public half of the Ed25519 key does not belong to its seed", ErrMalformed)
		}
		return fresh, nil
	case nil:
		return nil, noKeyTo("copy")
	}
	return nil, fmt.Errorf("%w: %T; RSA, EC and Ed25519 private keys of the standard library are used", ErrUnsupported, private)
}

func copyRSA(k *rsa.PrivateKey) (crypto.Signer, error) {
	if k == nil {
		return nil, noKeyTo("copy")
	}
	if err := checkPublic(&k.PublicKey); err != nil {
		return nil, err
	}
	if len(k.Primes) > 2 {
		return nil, fmt.Errorf("%w: RSA with more than two primes", ErrUnsupported)
	}
	if !sizedFor(k.N, append([]*big.Int{k.D}, k.Primes...)...) {
		return nil, unfitRSA()
	}
	// Without the precomputed values, which the original may be using just now.
	bare := rsa.PrivateKey{PublicKey: k.PublicKey, D: k.D, Primes: k.Primes}
	if bare.Precompute(); bare.Validate() != nil {
		return nil, unfitRSA()
	}
	der := x509.MarshalPKCS1PrivateKey(&bare)
	defer clear(der)
	return parsePKCS1(der)
}

func copyEC(k *ecdsa.PrivateKey) (crypto.Signer, error) {
	if k == nil {
		return nil, noKeyTo("copy")
	}
	if _, err := ecPoint(&k.PublicKey); err != nil {
		return nil, err
	}
	//lint:ignore SA1019 a nil scalar makes Bytes panic
	if k.D == nil {
		return nil, fmt.Errorf("%w: an EC private key without its number", ErrMalformed)
	}
	scalar, err := k.Bytes()
	if err != nil {
		return nil, fmt.Errorf("%w: the EC private key is zero or too large for its curve", ErrMalformed)
	}
	defer clear(scalar)
	fresh, err := parseScalar(k.Curve, scalar)
	if err != nil {
		return nil, err
	}
	if !fresh.PublicKey.Equal(&k.PublicKey) {
		return nil, fmt.Errorf("%w: the public half of the EC key does not belong to its private half", ErrMalformed)
	}
	return fresh, nil
}

func copyPublic(public crypto.PublicKey) (crypto.PublicKey, error) {
	switch k := public.(type) {
	case *rsa.PublicKey:
		if k == nil {
			return nil, noKeyTo("copy")
		}
		if err := checkRSA(k); err != nil {
			return nil, err
		}
		return parsePKCS1Public(x509.MarshalPKCS1PublicKey(k))
	case *ecdsa.PublicKey:
		if k == nil {
			return nil, noKeyTo("copy")
		}
		point, err := ecPoint(k)
		if err != nil {
			return nil, err
		}
		return parsePoint(k.Curve, point)
	case ed25519.PublicKey:
		return ed25519.PublicKey(bytes.Clone(k)), nil
	case nil:
		return nil, noKeyTo("copy")
	}
	return nil, fmt.Errorf("%w: %T; RSA, EC and Ed25519 public keys of the standard library are used", ErrUnsupported, public)
}
