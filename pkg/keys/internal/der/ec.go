package der

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Curve returns the curve with that JWK name, or nil if it is not supported. It is
// not a map: initializing the curves would cost every program, also those that
// never use one.
func Curve(name string) elliptic.Curve {
	switch name {
	case "P-256":
		return elliptic.P256()
	case "P-384":
		return elliptic.P384()
	case "P-521":
		return elliptic.P521()
	}
	return nil
}

// ecPoint returns the encoded point of a key that a caller built. Its curve may be
// unsupported, and the point may be off the curve.
func ecPoint(k *ecdsa.PublicKey) ([]byte, error) {
	if k.Curve == nil {
		return nil, fmt.Errorf("%w: an EC key without a curve", keyerr.ErrMalformed)
	}
	if !curveInUse(k.Curve) {
		return nil, fmt.Errorf("%w: EC on another curve; use P-256, P-384 or P-521 of crypto/elliptic", keyerr.ErrUnsupported)
	}
	//lint:ignore SA1019 a nil coordinate makes Bytes panic
	if k.X == nil || k.Y == nil {
		return nil, fmt.Errorf("%w: an EC key without a point", keyerr.ErrMalformed)
	}
	point, err := k.Bytes()
	if err != nil {
		return nil, fmt.Errorf("%w: the EC point is not on its curve", keyerr.ErrMalformed)
	}
	return point, nil
}

// curveInUse compares curves by identity and never calls their methods: a curve of
// a caller may panic, as a nil pointer does, or return the name of another curve.
func curveInUse(curve elliptic.Curve) bool {
	return curve == elliptic.P256() || curve == elliptic.P384() || curve == elliptic.P521()
}

// ParsePoint reads an encoded point, uncompressed or compressed (SEC 1 section
// 2.3.4). It refuses points off the curve and the point at infinity.
func ParsePoint(curve elliptic.Curve, point []byte) (*ecdsa.PublicKey, error) {
	if x, y := elliptic.UnmarshalCompressed(curve, point); x != nil {
		size := len(point) - 1
		point = append([]byte{4}, make([]byte, 2*size)...)
		x.FillBytes(point[1 : 1+size])
		y.FillBytes(point[1+size:])
	}
	k, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, fmt.Errorf("%w: the EC point is not on its curve", keyerr.ErrMalformed)
	}
	return k, nil
}

// ParseScalar makes the private key of a scalar that is at most as long as the
// curve's order. Shorter and zero-padded scalars are accepted: old openssl versions
// dropped leading zeros, other programs added some.
func ParseScalar(curve elliptic.Curve, scalar []byte) (*ecdsa.PrivateKey, error) {
	fixed := make([]byte, (curve.Params().N.BitLen()+7)/8)
	defer clear(fixed)
	for len(scalar) > len(fixed) && scalar[0] == 0 {
		scalar = scalar[1:]
	}
	if len(scalar) > len(fixed) {
		return nil, fmt.Errorf("%w: the EC private key is too long for its curve", keyerr.ErrMalformed)
	}
	copy(fixed[len(fixed)-len(scalar):], scalar)
	k, err := ecdsa.ParseRawPrivateKey(curve, fixed)
	if err != nil {
		return nil, fmt.Errorf("%w: the EC private key is zero or too large for its curve", keyerr.ErrMalformed)
	}
	return k, nil
}
