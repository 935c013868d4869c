package der

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"math/big"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// The sizes of RSA keys that are used. The floor is NIST SP 800-131A's; the
// ceiling bounds what one token, or one key file, can cost.
const (
	MinRSABits = 2048
	MaxRSABits = 8192
)

// checkRSA holds a public key to the sizes, to a usable exponent, and against
// moduli that are known to be factored cheaply.
func checkRSA(k *rsa.PublicKey) error {
	if k.N == nil {
		return fmt.Errorf("%w: an RSA key without a modulus", keyerr.Malformed)
	}
	if err := checkRSANumbers(k.N, big.NewInt(int64(k.E))); err != nil {
		return err
	}
	return checkModulus(k.N)
}

// checkRSANumbers is the part that is cheap, for use before a whole key is built.
func checkRSANumbers(n, e *big.Int) error {
	switch bits := n.BitLen(); {
	case n.Sign() <= 0:
		return fmt.Errorf("%w: the RSA modulus is not positive", keyerr.Malformed)
	case bits > MaxRSABits:
		return fmt.Errorf("%w: RSA of %d bits; at most %d are used", keyerr.TooLarge, bits, MaxRSABits)
	case bits < MinRSABits:
		return fmt.Errorf("%w: RSA of %d bits; at least %d are needed", keyerr.Weak, bits, MinRSABits)
	case n.Bit(0) == 0:
		return fmt.Errorf("%w: the RSA modulus is even", keyerr.Malformed)
	case e.Sign() < 0 || e.Bit(0) == 0:
		return fmt.Errorf("%w: the RSA exponent is not odd and positive", keyerr.Malformed)
	case e.BitLen() == 1:
		return fmt.Errorf("%w: the RSA exponent is 1", keyerr.Weak)
	case e.BitLen() > 31:
		return fmt.Errorf("%w: the RSA exponent has %d bits; at most 31 are used", keyerr.Unsupported, e.BitLen())
	}
	return nil
}

// RSANumbers are the members of an RSA private key, in PKCS #1 and in a JWK.
type RSANumbers struct{ N, E, D, P, Q, DP, DQ, QI big.Int }

// PublicKey makes the public key of N and E, when they are in the range in use.
func (r *RSANumbers) PublicKey() (*rsa.PublicKey, error) {
	if err := checkRSANumbers(&r.N, &r.E); err != nil {
		return nil, err
	}
	return &rsa.PublicKey{N: &r.N, E: int(r.E.Int64())}, nil
}

// PrivateKey makes the key, when the numbers fit together. Sizes come first:
// what follows is arithmetic on numbers from outside.
func (r *RSANumbers) PrivateKey() (*rsa.PrivateKey, error) {
	public, err := r.PublicKey()
	if err != nil {
		return nil, err
	}
	if !sizedFor(&r.N, &r.D, &r.P, &r.Q, &r.DP, &r.DQ, &r.QI) {
		return nil, unfitRSA()
	}
	// Before the key is judged as a whole, which would call it malformed.
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
	return fmt.Errorf("%w: the numbers of the RSA key do not fit together", keyerr.Malformed)
}

// sizedFor reports whether numbers are there, positive and no longer than the
// modulus: on longer ones the arithmetic that follows would take seconds.
func sizedFor(n *big.Int, numbers ...*big.Int) bool {
	for _, x := range numbers {
		if x == nil || x.Sign() <= 0 || x.BitLen() > n.BitLen() {
			return false
		}
	}
	return true
}

// maxPrimeSkew is by how many bits a prime may fall short of half the modulus.
// Those of FIPS 186-5 do not; those of other generators do by a bit or two.
const maxPrimeSkew = 64

// checkPrimes refuses what fits together and is no good: a prime short enough
// to be found by its size, and numbers that are not prime, with which
// signatures come out wrong. One signature, which rsa verifies before it
// returns it, costs a small part of testing the primes.
func checkPrimes(k *rsa.PrivateKey) error {
	shorter := min(k.Primes[0].BitLen(), k.Primes[1].BitLen())
	if shorter < k.N.BitLen()/2-maxPrimeSkew {
		return fmt.Errorf("%w: a prime of the RSA key has %d bits, of a modulus of %d; make a new key", keyerr.Weak, shorter, k.N.BitLen())
	}
	if _, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, make([]byte, crypto.SHA256.Size())); err != nil {
		return fmt.Errorf("%w: the RSA key does not sign: its primes are not prime", keyerr.Malformed)
	}
	return nil
}
