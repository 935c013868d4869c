package der

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// parsePKCS8 reads a PrivateKeyInfo (RFC 5208) or OneAsymmetricKey (RFC 5958).
func parsePKCS8(b []byte) (crypto.Signer, error) {
	var seq, algorithm, private cryptobyte.String
	var version int
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() ||
		!seq.ReadASN1Integer(&version) || version < 0 || version > 1 ||
		!seq.ReadASN1(&algorithm, tag.SEQUENCE) || !seq.ReadASN1(&private, tag.OCTET_STRING) ||
		!seq.SkipOptionalASN1(tag.Tag(0).Constructed().ContextSpecific()) {
		return nil, keyerr.Unreadable("PKCS #8 structure")
	}
	var public cryptobyte.String
	var stated bool
	if !seq.ReadOptionalASN1(&public, &stated, tag.Tag(1).ContextSpecific()) || !seq.Empty() {
		return nil, keyerr.Unreadable("PKCS #8 structure")
	}
	k, err := parsePKCS8Key(algorithm, private)
	if err != nil || !stated {
		return k, err
	}
	// [1] IMPLICIT BIT STRING: a byte of unused bits, then the key.
	if len(public) == 0 || public[0] != 0 {
		return nil, keyerr.Unreadable("PKCS #8 public key")
	}
	return k, samePublic(k, public[1:])
}

// parsePKCS8Key reads the private key inside PKCS #8.
func parsePKCS8Key(algorithm, private cryptobyte.String) (crypto.Signer, error) {
	kind, parameters, err := readAlgorithm(algorithm)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "RSA":
		return parsePKCS1(private)
	case "RSA-PSS":
		return parsePSSPrivate(parameters, private)
	case "EC":
		curve, err := readCurve(parameters)
		if err != nil {
			return nil, err
		}
		return parseSEC1On(curve, private)
	default:
		var seed cryptobyte.String
		if !private.ReadASN1(&seed, tag.OCTET_STRING) || !private.Empty() || len(seed) != ed25519.SeedSize {
			return nil, keyerr.Unreadable("Ed25519 private key")
		}
		return ed25519.NewKeyFromSeed(seed), nil
	}
}

// samePublic checks that the public key stated in a private key's file belongs to
// it.
func samePublic(private crypto.Signer, stated []byte) error {
	var same bool
	switch k := private.(type) {
	case *rsa.PrivateKey:
		same = bytes.Equal(stated, x509.MarshalPKCS1PublicKey(&k.PublicKey))
	case PSSPrivateKey:
		same = bytes.Equal(stated, x509.MarshalPKCS1PublicKey(&k.PrivateKey.PublicKey))
	case *ecdsa.PrivateKey:
		point, err := ParsePoint(k.Curve, stated)
		same = err == nil && point.Equal(&k.PublicKey)
	case ed25519.PrivateKey:
		same = bytes.Equal(stated, k.Public().(ed25519.PublicKey))
	}
	if !same {
		return fmt.Errorf("%w: the public key in the file does not belong to its private key", keyerr.ErrMalformed)
	}
	return nil
}
