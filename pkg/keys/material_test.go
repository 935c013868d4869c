//lint:file-ignore SA1019 keys are broken here by hand, to see them refused

package keys_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"math/big"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// RSA has 2048 to 8192 bits; exponents and primes are checked, ROCA keys refused.
func TestRSAKeysThatAreRefused(t *testing.T) {
	good := standardRSA(t).N
	prime := func(bits int) *big.Int { return must(rand.Prime(rand.Reader, bits)) }
	near := prime(1024)
	next := new(big.Int).Add(near, big.NewInt(2))
	for !next.ProbablyPrime(5) {
		next.Add(next, big.NewInt(2))
	}
	for _, tt := range []struct {
		name string
		n    *big.Int
		e    int64
		err  error
	}{
		{"e of 65537", good, 65537, nil},
		{"e of 3", good, 3, nil},
		{"e of 2^31-1", good, 1<<31 - 1, nil},
		{"e of 1", good, 1, keys.ErrWeak},
		{"even e", good, 65536, keys.ErrMalformed},
		{"e of 0", good, 0, keys.ErrMalformed},
		{"negative e", good, -3, keys.ErrMalformed},
		{"e over 31 bits", good, 1<<31 + 1, keys.ErrUnsupported},
		{"2047 bits", new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 2047), big.NewInt(9)), 3, keys.ErrWeak},
		{"8193 bits", new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 8192), big.NewInt(9)), 3, keys.ErrTooLarge},
		{"even modulus", new(big.Int).Lsh(good, 1), 3, keys.ErrMalformed},
		{"negative modulus", new(big.Int).Neg(good), 3, keys.ErrMalformed},
		{"8192 bits", withoutSmallFactors(8192), 3, nil},
		{"a modulus of zero", new(big.Int), 3, keys.ErrMalformed},
		{"no modulus", nil, 3, keys.ErrMalformed},
		{"a factor of 163", new(big.Int).Mul(good, big.NewInt(163)), 3, keys.ErrWeak},
		{"two primes that are close", new(big.Int).Mul(near, next), 3, keys.ErrWeak},
		{"a square", new(big.Int).Mul(near, near), 3, keys.ErrWeak},
		{"the ROCA fingerprint", rocaModulus(), 65537, keys.ErrWeak},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if int64(int(tt.e)) != tt.e {
				t.Skip("an int has 32 bits here")
			}
			_, err := keys.NewVerificationKey(&rsa.PublicKey{N: tt.n, E: int(tt.e)}, 0)
			wantErr(t, err, tt.err)
		})
	}
}

// withoutSmallFactors is the largest number of that size with no factor under 200.
func withoutSmallFactors(bits uint) *big.Int {
	small := new(big.Int).MulRange(1, 200)
	n := new(big.Int).Lsh(big.NewInt(1), bits)
	for n.Sub(n, big.NewInt(1)); new(big.Int).GCD(nil, nil, n, small).BitLen() > 1; {
		n.Sub(n, big.NewInt(1))
	}
	return n
}

// rocaModulus has the structure of the moduli of CVE-2017-15361: a power of
// 65537 modulo the product of the small primes.
func rocaModulus() *big.Int {
	m := big.NewInt(1)
	for p := int64(2); p <= 701; p++ {
		if big.NewInt(p).ProbablyPrime(5) {
			m.Mul(m, big.NewInt(p))
		}
	}
	power := new(big.Int).Exp(big.NewInt(65537), big.NewInt(123456789), m)
	k := new(big.Int).Lsh(big.NewInt(1), 2047)
	k.Div(k, m).Add(k, big.NewInt(12345))
	return k.Mul(k, m).Add(k, power)
}

// No key that is fine looks like one that is not.
func TestFreshRSAKeysPass(t *testing.T) {
	for range 3 {
		k, err := keys.NewSigner(must(rsa.GenerateKey(rand.Reader, 2048)), 0)
		wantErr(t, err, nil)
		if k.VerificationKey().Bits() != 2048 {
			t.Errorf("%d bits", k.VerificationKey().Bits())
		}
	}
}

// Ed25519 points are checked: the eight of small order, in every encoding.
func TestEd25519PointsThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name  string
		point string
		err   error
	}{
		{"order 1", "0100000000000000000000000000000000000000000000000000000000000000", keys.ErrWeak},
		{"order 1, signed", "0100000000000000000000000000000000000000000000000000000000000080", keys.ErrWeak},
		{"order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", keys.ErrWeak},
		{"order 4", "0000000000000000000000000000000000000000000000000000000000000000", keys.ErrWeak},
		{"order 4, signed", "0000000000000000000000000000000000000000000000000000000000000080", keys.ErrWeak},
		{"order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", keys.ErrWeak},
		{"order 8, signed", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", keys.ErrWeak},
		{"order 8, the other", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", keys.ErrWeak},
		{"order 8, the other, signed", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", keys.ErrWeak},
		{"y of p", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", keys.ErrMalformed},
		{"y of p+1", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", keys.ErrMalformed},
		{"y of 2^255-1", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", keys.ErrMalformed},
		{"off the curve", "0200000000000000000000000000000000000000000000000000000000000000", keys.ErrMalformed},
		{"31 bytes", "02000000000000000000000000000000000000000000000000000000000000", keys.ErrMalformed},
		{"the base point", "5866666666666666666666666666666666666666666666666666666666666666", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := keys.NewVerificationKey(ed25519.PublicKey(must(hex.DecodeString(tt.point))), 0)
			wantErr(t, err, tt.err)
		})
	}
}

// Keys that a program already holds: typed nils, halves that do not match,
// kinds that are not used, and the copy that is made of good ones.
func TestNewSignerOfStandardKeys(t *testing.T) {
	rsaKey := standardRSA(t)
	ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	other := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	mixed := append(ed[:32:32], make([]byte, 32)...)
	long := new(big.Int).Lsh(rsaKey.Primes[0], 1_000_000)
	closeRSA := closePair(t)
	for _, tt := range []struct {
		name string
		key  crypto.Signer
		alg  keys.Algorithm
		err  error
	}{
		{"RSA", rsaKey, 0, nil},
		{"RSA for PS256", rsaKey, keys.PS256, nil},
		{"RSA not precomputed", &rsa.PrivateKey{PublicKey: rsaKey.PublicKey, D: rsaKey.D, Primes: rsaKey.Primes}, 0, nil},
		{"EC", ec, 0, nil},
		{"Ed25519", ed, 0, nil},
		{"Ed25519 by its address", &ed, 0, nil},
		{"nil", nil, 0, keys.ErrNoKey},
		{"typed nil RSA", (*rsa.PrivateKey)(nil), 0, keys.ErrNoKey},
		{"typed nil EC", (*ecdsa.PrivateKey)(nil), 0, keys.ErrNoKey},
		{"nil Ed25519", ed25519.PrivateKey(nil), 0, keys.ErrNoKey},
		{"short Ed25519", ed25519.PrivateKey("short"), 0, keys.ErrMalformed},
		{"zero RSA", &rsa.PrivateKey{}, 0, keys.ErrMalformed},
		{"RSA without primes", &rsa.PrivateKey{PublicKey: rsaKey.PublicKey, D: rsaKey.D}, 0, keys.ErrMalformed},
		{"RSA without d", &rsa.PrivateKey{PublicKey: rsaKey.PublicKey, Primes: rsaKey.Primes}, 0, keys.ErrMalformed},
		{"RSA with nil primes", &rsa.PrivateKey{PublicKey: rsaKey.PublicKey, D: rsaKey.D, Primes: make([]*big.Int, 2)}, 0, keys.ErrMalformed},
		{"RSA with three primes", &rsa.PrivateKey{PublicKey: rsaKey.PublicKey, D: rsaKey.D, Primes: make([]*big.Int, 3)}, 0, keys.ErrUnsupported},
		{"RSA with another d", &rsa.PrivateKey{PublicKey: rsaKey.PublicKey, D: big.NewInt(3), Primes: rsaKey.Primes}, 0, keys.ErrMalformed},
		{"zero EC", &ecdsa.PrivateKey{}, 0, keys.ErrMalformed},
		{"EC without a point", &ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: elliptic.P256()}}, 0, keys.ErrMalformed},
		{"EC without a scalar", &ecdsa.PrivateKey{PublicKey: ec.PublicKey}, 0, keys.ErrMalformed},
		{"RSA without numbers", &rsa.PrivateKey{PublicKey: rsaKey.PublicKey}, 0, keys.ErrMalformed},
		{"RSA with a nil modulus", &rsa.PrivateKey{D: rsaKey.D, Primes: rsaKey.Primes}, 0, keys.ErrMalformed},
		{"RSA with zero primes", rsaWith(rsaKey, rsaKey.D, new(big.Int), new(big.Int)), 0, keys.ErrMalformed},
		{"RSA with negative primes", rsaWith(rsaKey, rsaKey.D, negative(rsaKey.Primes[0]), negative(rsaKey.Primes[1])), 0, keys.ErrMalformed},
		{"RSA with one prime", rsaWith(rsaKey, rsaKey.D, rsaKey.N), 0, keys.ErrMalformed},
		{"RSA with a prime of 1", rsaWith(rsaKey, rsaKey.D, big.NewInt(1), rsaKey.N), 0, keys.ErrMalformed},
		{"RSA with a d of 0", rsaWith(rsaKey, new(big.Int), rsaKey.Primes...), 0, keys.ErrMalformed},
		{"RSA with a negative d", rsaWith(rsaKey, negative(rsaKey.D), rsaKey.Primes...), 0, keys.ErrMalformed},
		{"RSA with a long d", rsaWith(rsaKey, long, rsaKey.Primes...), 0, keys.ErrMalformed},
		{"RSA with a long prime", rsaWith(rsaKey, rsaKey.D, long, rsaKey.Primes[1]), 0, keys.ErrMalformed},
		{"RSA with two primes that are close", closeRSA, 0, keys.ErrWeak},
		{"EC on nil parameters", &ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: (*elliptic.CurveParams)(nil), X: ec.X, Y: ec.Y}, D: ec.D}, 0, keys.ErrUnsupported},
		{"EC with a negative scalar", &ecdsa.PrivateKey{PublicKey: ec.PublicKey, D: big.NewInt(-1)}, 0, keys.ErrMalformed},
		{"EC with a long scalar", &ecdsa.PrivateKey{PublicKey: ec.PublicKey, D: long}, 0, keys.ErrMalformed},
		{"EC with a scalar of 0", &ecdsa.PrivateKey{PublicKey: ec.PublicKey, D: new(big.Int)}, 0, keys.ErrMalformed},
		{"EC with the point of another", &ecdsa.PrivateKey{PublicKey: other.PublicKey, D: ec.D}, 0, keys.ErrMalformed},
		{"EC on P-224", must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)), 0, keys.ErrUnsupported},
		{"Ed25519 with the point of another", ed25519.PrivateKey(mixed), 0, keys.ErrMalformed},
		{"an algorithm of another type", ec, keys.RS256, keys.ErrAlgorithm},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := keys.NewSigner(tt.key, tt.alg)
			wantErr(t, err, tt.err)
			if err == nil {
				works(t, k)
			}
		})
	}
	k := must(keys.NewSigner(rsaKey, 0))
	rsaKey.D.SetInt64(3)
	rsaKey.N.SetInt64(3)
	works(t, k)
}

func rsaWith(k *rsa.PrivateKey, d *big.Int, primes ...*big.Int) *rsa.PrivateKey {
	return &rsa.PrivateKey{PublicKey: k.PublicKey, D: d, Primes: primes}
}

func negative(n *big.Int) *big.Int { return new(big.Int).Neg(n) }

// closePair is a key of a prime and the next one.
func closePair(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	p := must(rand.Prime(rand.Reader, 1024))
	q := new(big.Int).Add(p, big.NewInt(2))
	for !q.ProbablyPrime(5) {
		q.Add(q, big.NewInt(2))
	}
	one, e := big.NewInt(1), big.NewInt(65537)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	return &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537},
		D:         new(big.Int).ModInverse(e, phi), Primes: []*big.Int{p, q},
	}
}

// bare is a curve whose methods panic.
type bare struct{ elliptic.Curve }

// Numbers that a file could not hold cost no arithmetic.
func TestLongNumbersAreCheap(t *testing.T) {
	k := standardRSA(t)
	long := new(big.Int).Lsh(k.Primes[0], 1_000_000)
	begun := time.Now()
	for _, bad := range []*rsa.PrivateKey{rsaWith(k, long, k.Primes...), rsaWith(k, k.D, long, k.Primes[1]), rsaWith(k, k.D, k.Primes[0], long)} {
		_, err := keys.NewSigner(bad, 0)
		wantErr(t, err, keys.ErrMalformed)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("they took %v", took)
	}
}

func TestNewVerificationKey(t *testing.T) {
	ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	for _, tt := range []struct {
		name string
		key  crypto.PublicKey
		alg  keys.Algorithm
		err  error
	}{
		{"RSA for PS512", &standardRSA(t).PublicKey, keys.PS512, nil},
		{"EC", &ec.PublicKey, keys.ES256, nil},
		{"Ed25519", must(keys.Generate(keys.EdDSA)), 0, keys.ErrUnsupported},
		{"EC for ES384", &ec.PublicKey, keys.ES384, keys.ErrAlgorithm},
		{"nil", nil, 0, keys.ErrNoKey},
		{"typed nil RSA", (*rsa.PublicKey)(nil), 0, keys.ErrNoKey},
		{"typed nil EC", (*ecdsa.PublicKey)(nil), 0, keys.ErrNoKey},
		{"nil Ed25519", ed25519.PublicKey(nil), 0, keys.ErrMalformed},
		{"EC off its curve", &ecdsa.PublicKey{Curve: elliptic.P256(), X: big.NewInt(1), Y: big.NewInt(1)}, 0, keys.ErrMalformed},
		{"EC without a curve", &ecdsa.PublicKey{X: big.NewInt(1), Y: big.NewInt(1)}, 0, keys.ErrMalformed},
		{"EC without x", &ecdsa.PublicKey{Curve: elliptic.P256(), Y: big.NewInt(1)}, 0, keys.ErrMalformed},
		{"EC without y", &ecdsa.PublicKey{Curve: elliptic.P256(), X: big.NewInt(1)}, 0, keys.ErrMalformed},
		{"EC on nil parameters", &ecdsa.PublicKey{Curve: (*elliptic.CurveParams)(nil), X: ec.X, Y: ec.Y}, 0, keys.ErrUnsupported},
		{"EC on the parameters of P-256", &ecdsa.PublicKey{Curve: elliptic.P256().Params(), X: ec.X, Y: ec.Y}, 0, keys.ErrUnsupported},
		{"EC on a curve that panics", &ecdsa.PublicKey{Curve: bare{}, X: ec.X, Y: ec.Y}, 0, keys.ErrUnsupported},
		{"EC at long coordinates", &ecdsa.PublicKey{Curve: elliptic.P256(), X: new(big.Int).Lsh(ec.X, 1_000_000), Y: ec.Y}, 0, keys.ErrMalformed},
		{"zero RSA", &rsa.PublicKey{}, 0, keys.ErrMalformed},
		{"zero EC", &ecdsa.PublicKey{}, 0, keys.ErrMalformed},
		{"EC on P-224", &must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)).PublicKey, 0, keys.ErrUnsupported},
		{"EC at negative coordinates", &ecdsa.PublicKey{Curve: elliptic.P256(), X: big.NewInt(-1), Y: big.NewInt(1)}, 0, keys.ErrMalformed},
		{"a private key", ec, 0, keys.ErrUnsupported},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := keys.NewVerificationKey(tt.key, tt.alg)
			wantErr(t, err, tt.err)
		})
	}
}

// A generated secret is one line of base64url with the bits asked for.
func TestGeneratedSecret(t *testing.T) {
	for alg, size := range map[keys.Algorithm]int{keys.HS256: 43, keys.HS384: 64, keys.HS512: 86} {
		k := must(keys.Generate(alg))
		text := must(keys.MarshalSecret(k))
		if len(text) != size+1 || text[size] != '\n' {
			t.Errorf("%v: %d bytes", alg, len(text))
		}
		again := must(keys.ParseSecret(text, alg))
		if !again.VerificationKey().Equal(k.VerificationKey()) {
			t.Errorf("%v: read as another secret", alg)
		}
	}
}
