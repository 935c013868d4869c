package keys

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"math/big"
	"slices"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// readRSA reads the members of RFC 7518 section 6.3.
func (j *jwk) readRSA() error {
	if j.members["oth"] != nil {
		return fmt.Errorf("%w: RSA with more than two primes", ErrUnsupported)
	}
	var r der.RSANumbers
	if err := j.members.readNumbers(map[string]*big.Int{"n": &r.N, "e": &r.E}); err != nil {
		return err
	}
	public, err := r.PublicKey()
	if err != nil {
		return err
	}
	j.public = public
	if j.members["d"] == nil {
		return nil
	}
	if j.members["p"] == nil {
		return fmt.Errorf("%w: an RSA JWK with d and without its primes p and q", ErrUnsupported)
	}
	private := map[string]*big.Int{"d": &r.D, "p": &r.P, "q": &r.Q, "dp": &r.DP, "dq": &r.DQ, "qi": &r.QI}
	if err := j.members.readNumbers(private); err != nil {
		return err
	}
	k, err := r.PrivateKey()
	if err != nil {
		return err
	}
	j.private = k
	return nil
}

// readEC reads the members of RFC 7518 section 6.2.
func (j *jwk) readEC() error {
	name, err := j.members.stringAt("crv")
	if err != nil {
		return err
	}
	curve := der.Curve(name)
	if curve == nil {
		return fmt.Errorf("%w: EC on the curve %q; supported are P-256, P-384 and P-521", ErrUnsupported, keyerr.Truncate(name))
	}
	size := (curve.Params().BitSize + 7) / 8
	x, err := j.members.sizedAt("x", size)
	if err != nil {
		return err
	}
	y, err := j.members.sizedAt("y", size)
	if err != nil {
		return err
	}
	public, err := der.ParsePoint(curve, slices.Concat([]byte{4}, x, y))
	if err != nil {
		return err
	}
	j.public = public
	if j.members["d"] == nil {
		return nil
	}
	d, err := j.members.sizedAt("d", size)
	if err != nil {
		return err
	}
	defer clear(d)
	private, err := der.ParseScalar(curve, d)
	if err != nil {
		return err
	}
	j.private = private
	return j.matching(private.PublicKey.Equal(public))
}

// readOKP reads the members of RFC 8037 section 2.
func (j *jwk) readOKP() error {
	name, err := j.members.stringAt("crv")
	if err != nil {
		return err
	}
	if name != "Ed25519" {
		return fmt.Errorf("%w: OKP on the curve %q; only Ed25519 is supported", ErrUnsupported, keyerr.Truncate(name))
	}
	x, err := j.members.sizedAt("x", ed25519.PublicKeySize)
	if err != nil {
		return err
	}
	j.public = ed25519.PublicKey(x)
	if j.members["d"] == nil {
		return nil
	}
	d, err := j.members.sizedAt("d", ed25519.SeedSize)
	if err != nil {
		return err
	}
	defer clear(d)
	private := ed25519.NewKeyFromSeed(d)
	j.private = private
	return j.matching(bytes.Equal(x, private.Public().(ed25519.PublicKey)))
}

// matching returns an error unless the private members belong to the public ones.
func (j *jwk) matching(same bool) error {
	if !same {
		return fmt.Errorf("%w: the public members of the JWK do not belong to its private one", ErrMalformed)
	}
	return nil
}
