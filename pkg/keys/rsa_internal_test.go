package keys

import (
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

func numbersOf(k *SigningKey) *rsaNumbers {
	private := (*k.m.private).(*rsa.PrivateKey)
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
