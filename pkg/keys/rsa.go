package keys

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"math/big"
)

// The sizes of RSA keys that are used. The floor is NIST SP 800-131A's; the
// ceiling bounds what one token, or one key file, can cost.
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// checkRSA holds a public key to the sizes, to a usable exponent, and against
// moduli that are known to be factored cheaply.
func checkRSA(k *rsa.PublicKey) error {
	if k.N == nil {
		return fmt.Errorf("%w: an RSA key without a modulus", ErrMalformed)
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
		return fmt.Errorf("%w: the RSA modulus is not positive", ErrMalformed)
	case bits > maxRSABits:
		return fmt.Errorf("%w: RSA of %d bits; at most %d are used", ErrTooLarge, bits, maxRSABits)
	case bits < minRSABits:
		return fmt.Errorf("%w: RSA of %d bits; at least %d are needed", ErrWeak, bits, minRSABits)
	case n.Bit(0) == 0:
		return fmt.Errorf("%w: the RSA modulus is even", ErrMalformed)
	case e.Sign() < 0 || e.Bit(0) == 0:
		return fmt.Errorf("%w: the RSA exponent is not odd and positive", ErrMalformed)
	case e.BitLen() == 1:
		return fmt.Errorf("%w: the RSA exponent is 1", ErrWeak)
	case e.BitLen() > 31:
		return fmt.Errorf("%w: the RSA exponent has %d bits; at most 31 are used", ErrUnsupported, e.BitLen())
	}
	return nil
}

// rsaNumbers are the members of an RSA private key, in PKCS #1 and in a JWK.
type rsaNumbers struct{ n, e, d, p, q, dp, dq, qi big.Int }

// privateKey makes the key, when the numbers fit together. Sizes come first:
// what follows is arithmetic on numbers from outside.
func (r *rsaNumbers) privateKey() (*rsa.PrivateKey, error) {
	if err := checkRSANumbers(&r.n, &r.e); err != nil {
		return nil, err
	}
	if !sizedFor(&r.n, &r.d, &r.p, &r.q, &r.dp, &r.dq, &r.qi) {
		return nil, unfitRSA()
	}
	// Before the key is judged as a whole, which would call it malformed.
	if err := checkModulus(&r.n); err != nil {
		return nil, err
	}
	k := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: &r.n, E: int(r.e.Int64())},
		D:         &r.d,
		Primes:    []*big.Int{&r.p, &r.q},
	}
	k.Precomputed.Dp, k.Precomputed.Dq, k.Precomputed.Qinv = &r.dp, &r.dq, &r.qi
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
	return fmt.Errorf("%w: the numbers of the RSA key do not fit together", ErrMalformed)
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
		return fmt.Errorf("%w: a prime of the RSA key has %d bits, of a modulus of %d; make a new key", ErrWeak, shorter, k.N.BitLen())
	}
	if _, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, make([]byte, crypto.SHA256.Size())); err != nil {
		return fmt.Errorf("%w: the RSA key does not sign: its primes are not prime", ErrMalformed)
	}
	return nil
}

// checkModulus looks for moduli that whoever has the public key can factor.
func checkModulus(n *big.Int) error {
	vulnerable := true // to ROCA, as long as every remainder says so
	p, r := new(big.Int), new(big.Int)
	for _, prime := range smallPrimes {
		rest := r.Mod(n, p.SetInt64(prime)).Int64()
		if rest == 0 {
			return fmt.Errorf("%w: the RSA modulus has the factor %d", ErrWeak, prime)
		}
		vulnerable = vulnerable && powerOf65537(rest, prime)
	}
	if vulnerable {
		return fmt.Errorf("%w: the RSA modulus has the ROCA fingerprint (CVE-2017-15361); make a new key", ErrWeak)
	}
	if closePrimes(n) {
		return fmt.Errorf("%w: the two primes of the RSA modulus are too close (CVE-2022-26320); make a new key", ErrWeak)
	}
	return nil
}

// smallPrimes are the odd primes whose product divides, for every key size,
// the M of the generator that ROCA broke: its primes are k*M + (65537^a mod M).
var smallPrimes = [...]int64{
	3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
	101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
}

// powerOf65537 reports whether rest is a power of 65537 modulo prime. The
// modulus of a ROCA key is one for every prime that divides M; a random one
// is with a chance of 2^-27.
func powerOf65537(rest, prime int64) bool {
	for x := int64(1); ; {
		if x == rest {
			return true
		}
		if x = x * 65537 % prime; x == 1 {
			return false
		}
	}
}

// closePrimes is Fermat's factorisation, given up after a few rounds: it ends
// in the first ones for the generators that drew both primes from one place.
func closePrimes(n *big.Int) bool {
	a := new(big.Int).Sqrt(n)
	square, root := new(big.Int), new(big.Int)
	for range 8 {
		if square.Mul(a, a).Cmp(n) >= 0 {
			square.Sub(square, n)
			root.Sqrt(square)
			if root.Mul(root, root).Cmp(square) == 0 {
				return true
			}
		}
		a.Add(a, big.NewInt(1))
	}
	return false
}
