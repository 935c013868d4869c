package der

import (
	"fmt"
	"math/big"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// checkModulus refuses moduli that can be factored from the public key alone.
func checkModulus(n *big.Int) error {
	vulnerable := true // to ROCA, until one remainder rules it out
	p, r := new(big.Int), new(big.Int)
	for _, prime := range smallPrimes {
		rest := r.Mod(n, p.SetInt64(prime)).Int64()
		if rest == 0 {
			return fmt.Errorf("%w: the RSA modulus has the factor %d", keyerr.ErrWeak, prime)
		}
		vulnerable = vulnerable && powerOf65537(rest, prime)
	}
	if vulnerable {
		return fmt.Errorf("%w: the RSA modulus has the ROCA fingerprint (CVE-2017-15361); make a new key", keyerr.ErrWeak)
	}
	if closePrimes(n) {
		return fmt.Errorf("%w: the two primes of the RSA modulus are too close (CVE-2022-26320); make a new key", keyerr.ErrWeak)
	}
	return nil
}

// smallPrimes are odd primes that divide, for every key size, the M of the
// generator with the ROCA flaw: its primes have the form k*M + (65537^a mod M).
var smallPrimes = [...]int64{
	3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
	101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
}

// powerOf65537 reports whether rest is a power of 65537 modulo prime. A ROCA
// modulus is such a power for every prime that divides M; a random modulus is with
// probability 2^-27.
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

// closePrimes runs a few rounds of Fermat's factorisation. They suffice for
// generators that searched both primes from the same starting point.
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
