package der

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Numbers of an RSA key that do not fit together are malformed, whichever they
// are; arithmetic on them does not panic.
func TestRSANumbersThatDoNotFit(t *testing.T) {
	data, err := os.ReadFile("../../testdata/good/rsa.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	private, err := parsePKCS8(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	k := private.(*rsa.PrivateKey)
	good := numbersOf(k)
	if _, err := good.PrivateKey(); err != nil {
		t.Fatal(err)
	}
	n := &good.N
	long := numbersOf(k)
	long.N.Lsh(n, 1<<16) // before any arithmetic
	if _, err := long.PrivateKey(); !errors.Is(err, keyerr.ErrTooLarge) {
		t.Errorf("a long modulus: %v", err)
	}
	odd := []*big.Int{
		big.NewInt(-1), big.NewInt(0), big.NewInt(1), big.NewInt(2), big.NewInt(3), big.NewInt(65537), n,
		new(big.Int).Sub(n, big.NewInt(1)), new(big.Int).Add(n, big.NewInt(2)), new(big.Int).Lsh(big.NewInt(1), 2047), new(big.Int).Lsh(n, 1),
	}
	for i, name := range []string{"d", "p", "q", "dp", "dq", "qi"} {
		for _, value := range odd {
			for j := range 6 {
				bad := numbersOf(k)
				fields := []*big.Int{&bad.D, &bad.P, &bad.Q, &bad.DP, &bad.DQ, &bad.QI}
				fields[i].Set(value)
				if j != i {
					fields[j].Set(value)
				}
				if _, err := bad.PrivateKey(); !errors.Is(err, keyerr.ErrMalformed) {
					t.Errorf("%s of %d bits: %v", name, value.BitLen(), err)
				}
			}
		}
	}
}

// Numbers that fit together and make no good key.
func TestRSAPrimesThatAreRefused(t *testing.T) {
	long, half := randomPrime(t, 1148), randomPrime(t, 1024)
	next := new(big.Int).Add(half, big.NewInt(2))
	for !next.ProbablyPrime(5) {
		next.Add(next, big.NewInt(2))
	}
	for _, tt := range []struct {
		name string
		p, q *big.Int
		err  error
	}{
		{"two primes of one length", randomPrime(t, 1024), half, nil},
		{"a prime 59 bits short", randomPrime(t, 965), randomPrime(t, 1083), nil},
		{"a prime 124 bits short", randomPrime(t, 900), long, keyerr.ErrWeak},
		{"the other prime 124 bits short", long, randomPrime(t, 900), keyerr.ErrWeak},
		{"two primes that are close", half, next, keyerr.ErrWeak},
		{"a product for a prime", new(big.Int).Mul(randomPrime(t, 512), randomPrime(t, 513)), half, keyerr.ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := numbersFrom(tt.p, tt.q).PrivateKey(); !errors.Is(err, tt.err) {
				t.Errorf("got %v, want %v", err, tt.err)
			}
		})
	}
}

// randomPrime has its two highest bits set, and the exponent 65537 has an
// inverse for it but for one chance in 65537.
func randomPrime(t *testing.T, bits int) *big.Int {
	p, err := rand.Prime(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// numbersFrom makes a key as if p and q were prime.
func numbersFrom(p, q *big.Int) *RSANumbers {
	one := big.NewInt(1)
	p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
	r := new(RSANumbers)
	r.N.Mul(p, q)
	r.E.SetInt64(65537)
	r.P.Set(p)
	r.Q.Set(q)
	r.D.ModInverse(&r.E, new(big.Int).Mul(p1, q1))
	r.DP.Mod(&r.D, p1)
	r.DQ.Mod(&r.D, q1)
	r.QI.ModInverse(q, p)
	return r
}

func numbersOf(private *rsa.PrivateKey) *RSANumbers {
	r := new(RSANumbers)
	r.N.Set(private.N)
	r.E.SetInt64(int64(private.E))
	r.D.Set(private.D)
	r.P.Set(private.Primes[0])
	r.Q.Set(private.Primes[1])
	r.DP.Set(private.Precomputed.Dp)
	r.DQ.Set(private.Precomputed.Dq)
	r.QI.Set(private.Precomputed.Qinv)
	return r
}
