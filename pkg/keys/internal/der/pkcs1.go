package der

import (
	"crypto"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// parsePKCS1 reads an RSAPrivateKey (RFC 8017 appendix A.1.2).
func parsePKCS1(b []byte) (crypto.Signer, error) {
	var seq cryptobyte.String
	var version int
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() || !seq.ReadASN1Integer(&version) {
		return nil, keyerr.Unreadable("RSA private key")
	}
	var k RSANumbers
	for _, number := range []*big.Int{&k.N, &k.E, &k.D, &k.P, &k.Q, &k.DP, &k.DQ, &k.QI} {
		if !seq.ReadASN1Integer(number) {
			return nil, keyerr.Unreadable("RSA private key")
		}
	}
	switch {
	case version == 1:
		return nil, fmt.Errorf("%w: RSA with more than two primes", keyerr.ErrUnsupported)
	case version != 0 || !seq.Empty():
		return nil, keyerr.Unreadable("RSA private key")
	}
	return k.PrivateKey()
}

// parsePKCS1Public reads an RSAPublicKey (RFC 8017 appendix A.1.1).
func parsePKCS1Public(b []byte) (crypto.PublicKey, error) {
	var seq cryptobyte.String
	var k RSANumbers
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() ||
		!seq.ReadASN1Integer(&k.N) || !seq.ReadASN1Integer(&k.E) || !seq.Empty() {
		return nil, keyerr.Unreadable("RSA public key")
	}
	public, err := k.PublicKey()
	if err != nil {
		return nil, err
	}
	return public, nil
}
