package der

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"math/big"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Sizes of RSA keys in bits. The minimum is that of NIST SP 800-131A; the maximum
// bounds the cost of verifying one token or reading one key file.
const (
	MinRSABits = 2048
	MaxRSABits = 8192
)

// checkRSA checks that a public key has a supported size, a usable exponent, and a
// modulus that is not known to be cheap to factor.
func checkRSA(k *rsa.PublicKey) error {
	if k.N == nil {
		return fmt.Errorf("%w: an RSA key without a modulus", keyerr.ErrMalformed)
	}
	if err := checkRSANumbers(k.N, big.NewInt(int64(k.E))); err != nil {
		return err
	}
	return checkModulus(k.N)
}

// checkRSANumbers is the cheap part of checkRSA. It comes before any arithmetic
// with n and e.
func checkRSANumbers(n, e *big.Int) error {
	switch bits := n.BitLen(); {
	case n.Sign() <= 0:
		return fmt.Errorf("%w: the RSA modulus is not positive", keyerr.ErrMalformed)
	case bits > MaxRSABits:
		return fmt.Errorf("%w: RSA of %d bits; at most %d are supported", keyerr.ErrTooLarge, bits, MaxRSABits)
	case bits < MinRSABits:
		return fmt.Errorf("%w: RSA of %d bits; at least %d are required", keyerr.ErrWeak, bits, MinRSABits)
	case n.Bit(0) == 0:
		return fmt.Errorf("%w: the RSA modulus is even", keyerr.ErrMalformed)
	case e.Sign() < 0 || e.Bit(0) == 0:
		return fmt.Errorf("%w: the RSA exponent is not odd and positive", keyerr.ErrMalformed)
	case e.BitLen() == 1:
		return fmt.Errorf("%w: the RSA exponent is 1", keyerr.ErrWeak)
	case e.BitLen() > 31:
		return fmt.Errorf("%w: the RSA exponent has %d bits; at most 31 are supported", keyerr.ErrUnsupported, e.BitLen())
	}
	return nil
}

// RSANumbers has the numbers of an RSA private key, as in PKCS #1 and in a JWK.
type RSANumbers struct{ N, E, D, P, Q, DP, DQ, QI big.Int }

// PublicKey returns the public key of N and E, if both are in the supported range.
func (r *RSANumbers) PublicKey() (*rsa.PublicKey, error) {
	if err := checkRSANumbers(&r.N, &r.E); err != nil {
		return nil, err
	}
	return &rsa.PublicKey{N: &r.N, E: int(r.E.Int64())}, nil
}

// PrivateKey returns the private key, if its numbers fit together. Lengths are
// checked first, because arithmetic with numbers from outside can take seconds.
func (r *RSANumbers) PrivateKey() (*rsa.PrivateKey, error) {
	public, err := r.PublicKey()
	if err != nil {
		return nil, err
	}
	if !sizedFor(&r.N, &r.D, &r.P, &r.Q, &r.DP, &r.DQ, &r.QI) {
		return nil, unfitRSA()
	}
	// Before Validate, which would report a weak modulus as malformed.
	if err := checkModulus(&r.N); err != nil {
		return nil, err
	}
	k := &rsa.PrivateKey{
		PublicKey: *public,
		D:         &r.D,
		Primes:    []*big.Int{&r.P, &r.Q},
	}
	k.Precomputed.Dp, k.Precomputed.Dq, k.Precomputed.Qinv = &r.DP, &r.DQ, &r.QI
	k.Precompute()
	if k.Validate() != nil {
		return nil, unfitRSA()
	}
	if err := checkPrimes(k); err != nil {
		return nil, err
	}
	return k, nil
}

func unfitRSA() error {
	return fmt.Errorf("%w: the numbers of the RSA key do not fit together", keyerr.ErrMalformed)
}

// sizedFor reports whether numbers are present, positive and not longer than the
// modulus.
func sizedFor(n *big.Int, numbers ...*big.Int) bool {
	for _, x := range numbers {
		if x == nil || x.Sign() <= 0 || x.BitLen() > n.BitLen() {
			return false
		}
	}
	return true
}

// maxPrimeSkew is the number of bits by which a prime may be shorter than half the
// modulus. Primes of FIPS 186-5 are never shorter, those of other generators by a
// bit or two.
const maxPrimeSkew = 64

// checkPrimes refuses keys whose numbers fit together but are unusable: a prime so
// short that it can be found, or factors that are not prime, which make wrong
// signatures. Package rsa verifies each signature before it returns it, so making
// one signature is a far cheaper test than testing the primes.
func checkPrimes(k *rsa.PrivateKey) error {
	shorter := min(k.Primes[0].BitLen(), k.Primes[1].BitLen())
	if shorter < k.N.BitLen()/2-maxPrimeSkew {
		return fmt.Errorf("%w: a prime of the RSA key has %d bits, of a modulus of %d; make a new key", keyerr.ErrWeak, shorter, k.N.BitLen())
	}
	if _, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, make([]byte, crypto.SHA256.Size())); err != nil {
		return fmt.Errorf("%w: the RSA key does not sign: its factors are not prime", keyerr.ErrMalformed)
	}
	return nil
}
