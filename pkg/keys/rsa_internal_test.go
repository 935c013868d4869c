package keys

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"os"
	"testing"
)

// Numbers of an RSA key that do not fit together are malformed, whichever they
// are; arithmetic on them does not panic.
func TestRSANumbersThatDoNotFit(t *testing.T) {
	data, err := os.ReadFile("testdata/good/rsa.pem")
	if err != nil {
		t.Fatal(err)
	}
	k, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	good := numbersOf(k)
	if _, err := good.privateKey(); err != nil {
		t.Fatal(err)
	}
	n := &good.n
	long := numbersOf(k)
	long.n.Lsh(n, 1<<16) // before any arithmetic
	if _, err := long.privateKey(); !errors.Is(err, ErrTooLarge) {
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
				fields := []*big.Int{&bad.d, &bad.p, &bad.q, &bad.dp, &bad.dq, &bad.qi}
				fields[i].Set(value)
				if j != i {
					fields[j].Set(value)
				}
				if _, err := bad.privateKey(); !errors.Is(err, ErrMalformed) {
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
		{"a prime 124 bits short", randomPrime(t, 900), long, ErrWeak},
		{"the other prime 124 bits short", long, randomPrime(t, 900), ErrWeak},
		{"two primes that are close", half, next, ErrWeak},
		{"a product for a prime", new(big.Int).Mul(randomPrime(t, 512), randomPrime(t, 513)), half, ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := numbersFrom(tt.p, tt.q).privateKey(); !errors.Is(err, tt.err) {
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
func numbersFrom(p, q *big.Int) *rsaNumbers {
	one := big.NewInt(1)
	p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
	r := new(rsaNumbers)
	r.n.Mul(p, q)
	r.e.SetInt64(65537)
	r.p.Set(p)
	r.q.Set(q)
	r.d.ModInverse(&r.e, new(big.Int).Mul(p1, q1))
	r.dp.Mod(&r.d, p1)
	r.dq.Mod(&r.d, q1)
	r.qi.ModInverse(q, p)
	return r
}

func numbersOf(k *SigningKey) *rsaNumbers {
	private := k.m.private().(*rsa.PrivateKey)
	r := new(rsaNumbers)
	r.n.Set(private.N)
	r.e.SetInt64(int64(private.E))
	r.d.Set(private.D)
	r.p.Set(private.Primes[0])
	r.q.Set(private.Primes[1])
	r.dp.Set(private.Precomputed.Dp)
	r.dq.Set(private.Precomputed.Dq)
	r.qi.Set(private.Precomputed.Qinv)
	return r
}
