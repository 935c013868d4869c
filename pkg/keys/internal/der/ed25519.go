package der

import (
	"crypto/ed25519"
	"fmt"
	"math/big"
	"slices"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// checkEd25519 refuses public keys that crypto/ed25519 accepts, or refuses only
// during verification: encodings that are not canonical, points off the curve (RFC
// 8032 section 5.1.3), and points of small order, for which one signature is valid
// for many messages.
func checkEd25519(k ed25519.PublicKey) error {
	if len(k) != ed25519.PublicKeySize {
		return fmt.Errorf("%w: an Ed25519 public key of %d bytes", keyerr.ErrMalformed, len(k))
	}
	encoded := slices.Clone([]byte(k))
	slices.Reverse(encoded) // to big endian
	encoded[0] &= 0x7f      // the sign of x
	y := new(big.Int).SetBytes(encoded)

	p := new(big.Int).Lsh(big.NewInt(1), 255)
	p.Sub(p, big.NewInt(19))
	if y.Cmp(p) >= 0 {
		return fmt.Errorf("%w: the Ed25519 point is not in canonical form", keyerr.ErrMalformed)
	}
	if smallOrder(y, p) {
		return fmt.Errorf("%w: the Ed25519 point has a small order", keyerr.ErrWeak)
	}
	if !onEdwards(y, p) {
		return fmt.Errorf("%w: the Ed25519 point is not on the curve", keyerr.ErrMalformed)
	}
	return nil
}

// edwardsD returns the constant d = -121665/121666 of the curve.
func edwardsD(p *big.Int) *big.Int {
	d := new(big.Int).ModInverse(big.NewInt(121666), p)
	return d.Mod(d.Mul(d, big.NewInt(-121665)), p)
}

// onEdwards reports whether there is an x with -x² + y² = 1 + d x² y², that is
// whether (y²-1)/(dy²+1) is a square modulo p.
func onEdwards(y, p *big.Int) bool {
	one := big.NewInt(1)
	square := new(big.Int).Mul(y, y)
	u := new(big.Int).Sub(square, one)
	v := square.Mul(square, edwardsD(p))
	v.Add(v, one)
	return big.Jacobi(u.Mod(u.Mul(u, v), p), p) != -1
}

// smallOrder reports whether the points with that y are among the eight whose
// order divides 8. They are those of order 1 (y = 1), 2 (y = -1), 4 (y = 0) and
// 8: doubling gives y = 0 there, which is x² = -y², so d y⁴ + 2 y² - 1 = 0.
func smallOrder(y, p *big.Int) bool {
	one := big.NewInt(1)
	minusOne := new(big.Int).Sub(p, one)
	if y.Sign() == 0 || y.Cmp(one) == 0 || y.Cmp(minusOne) == 0 {
		return true
	}
	square := new(big.Int).Mul(y, y)
	sum := new(big.Int).Mul(square, square)
	sum.Mul(sum, edwardsD(p))
	sum.Add(sum, square.Lsh(square, 1))
	sum.Sub(sum, one)
	return sum.Mod(sum, p).Sign() == 0
}
