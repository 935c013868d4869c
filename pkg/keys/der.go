package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// The DER of keys is read here, strictly, before crypto/x509 sees it or in its
// place: x509 does bignum arithmetic on numbers of any size, does not compare
// the public key inside a private one, and names no kind it does not know.

func malformed(what string) error { return fmt.Errorf("%w: the %s cannot be read", ErrMalformed, what) }

// parsePKCS8 reads a PrivateKeyInfo (RFC 5208) or OneAsymmetricKey (RFC 5958).
func parsePKCS8(b []byte) (crypto.Signer, error) {
	var seq, algorithm, private cryptobyte.String
	var version int
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, der.SEQUENCE) || !in.Empty() ||
		!seq.ReadASN1Integer(&version) || version < 0 || version > 1 ||
		!seq.ReadASN1(&algorithm, der.SEQUENCE) || !seq.ReadASN1(&private, der.OCTET_STRING) ||
		!seq.SkipOptionalASN1(der.Tag(0).Constructed().ContextSpecific()) {
		return nil, malformed("PKCS #8 structure")
	}
	var public cryptobyte.String
	var stated bool
	if !seq.ReadOptionalASN1(&public, &stated, der.Tag(1).ContextSpecific()) || !seq.Empty() {
		return nil, malformed("PKCS #8 structure")
	}
	k, err := parsePKCS8Key(algorithm, private)
	if err != nil || !stated {
		return k, err
	}
	// [1] IMPLICIT BIT STRING: a byte of unused bits, then the key.
	if len(public) == 0 || public[0] != 0 {
		return nil, malformed("PKCS #8 public key")
	}
	return k, samePublic(k, public[1:])
}

func parsePKCS8Key(algorithm, private cryptobyte.String) (crypto.Signer, error) {
	kind, parameters, err := readAlgorithm(algorithm)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "RSA":
		return parsePKCS1(private)
	case "EC":
		curve, err := readCurve(parameters)
		if err != nil {
			return nil, err
		}
		return parseSEC1On(curve, private)
	default:
		var seed cryptobyte.String
		if !private.ReadASN1(&seed, der.OCTET_STRING) || !private.Empty() || len(seed) != ed25519.SeedSize {
			return nil, malformed("Ed25519 private key")
		}
		return ed25519.NewKeyFromSeed(seed), nil
	}
}

// samePublic checks the public key that a private key's file states.
func samePublic(private crypto.Signer, stated []byte) error {
	var same bool
	switch k := private.(type) {
	case *rsa.PrivateKey:
		same = bytes.Equal(stated, x509.MarshalPKCS1PublicKey(&k.PublicKey))
	case *ecdsa.PrivateKey:
		point, err := parsePoint(k.Curve, stated)
		same = err == nil && point.Equal(&k.PublicKey)
	case ed25519.PrivateKey:
		same = bytes.Equal(stated, k.Public().(ed25519.PublicKey))
	}
	if !same {
		return fmt.Errorf("%w: the public key in the file does not belong to its private key", ErrMalformed)
	}
	return nil
}

// parsePKCS1 reads an RSAPrivateKey (RFC 8017 appendix A.1.2).
func parsePKCS1(b []byte) (crypto.Signer, error) {
	var seq cryptobyte.String
	var version int
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, der.SEQUENCE) || !in.Empty() || !seq.ReadASN1Integer(&version) {
		return nil, malformed("RSA private key")
	}
	var k rsaNumbers
	for _, number := range []*big.Int{&k.n, &k.e, &k.d, &k.p, &k.q, &k.dp, &k.dq, &k.qi} {
		if !seq.ReadASN1Integer(number) {
			return nil, malformed("RSA private key")
		}
	}
	switch {
	case version == 1:
		return nil, fmt.Errorf("%w: RSA with more than two primes", ErrUnsupported)
	case version != 0 || !seq.Empty():
		return nil, malformed("RSA private key")
	}
	return k.privateKey()
}

// parseSEC1 reads an ECPrivateKey (RFC 5915) that names its curve.
func parseSEC1(b []byte) (crypto.Signer, error) { return parseSEC1On(nil, b) }

// parseSEC1On reads an ECPrivateKey on curve; nil means the one it names.
func parseSEC1On(curve elliptic.Curve, b []byte) (crypto.Signer, error) {
	var seq, scalar, parameters, public cryptobyte.String
	var named, stated bool
	var version int
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, der.SEQUENCE) || !in.Empty() ||
		!seq.ReadASN1Integer(&version) || version != 1 || !seq.ReadASN1(&scalar, der.OCTET_STRING) ||
		!seq.ReadOptionalASN1(&parameters, &named, der.Tag(0).Constructed().ContextSpecific()) ||
		!seq.ReadOptionalASN1(&public, &stated, der.Tag(1).Constructed().ContextSpecific()) || !seq.Empty() {
		return nil, malformed("EC private key")
	}
	if named {
		inner, err := readCurve(parameters)
		if err != nil {
			return nil, err
		}
		if curve != nil && inner != curve {
			return nil, fmt.Errorf("%w: the EC key names two curves", ErrMalformed)
		}
		curve = inner
	}
	if curve == nil {
		return nil, fmt.Errorf("%w: the EC key names no curve", ErrMalformed)
	}
	k, err := parseScalar(curve, scalar)
	if err != nil || !stated {
		return k, err
	}
	var point asn1.BitString
	if !public.ReadASN1BitString(&point) || !public.Empty() || point.BitLength%8 != 0 {
		return nil, malformed("EC private key")
	}
	return k, samePublic(k, point.Bytes)
}

// parseSPKI reads a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
func parseSPKI(b []byte) (crypto.PublicKey, error) {
	var seq, algorithm cryptobyte.String
	var public asn1.BitString
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, der.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&algorithm, der.SEQUENCE) ||
		!seq.ReadASN1BitString(&public) || !seq.Empty() || public.BitLength%8 != 0 {
		return nil, malformed("SubjectPublicKeyInfo")
	}
	kind, parameters, err := readAlgorithm(algorithm)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "RSA":
		return parsePKCS1Public(public.Bytes)
	case "EC":
		curve, err := readCurve(parameters)
		if err != nil {
			return nil, err
		}
		return parsePoint(curve, public.Bytes)
	default:
		return ed25519.PublicKey(bytes.Clone(public.Bytes)), nil
	}
}

// parsePKCS1Public reads an RSAPublicKey (RFC 8017 appendix A.1.1).
func parsePKCS1Public(b []byte) (crypto.PublicKey, error) {
	var seq cryptobyte.String
	n, e := new(big.Int), new(big.Int)
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, der.SEQUENCE) || !in.Empty() ||
		!seq.ReadASN1Integer(n) || !seq.ReadASN1Integer(e) || !seq.Empty() {
		return nil, malformed("RSA public key")
	}
	if err := checkRSANumbers(n, e); err != nil {
		return nil, err
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

// parseCertificate returns the key of a certificate. The key is read first, so
// that one of another kind is called unsupported and not malformed.
func parseCertificate(b []byte) (crypto.PublicKey, error) {
	var certificate, tbs, info cryptobyte.String
	in := cryptobyte.String(b)
	version := der.Tag(0).Constructed().ContextSpecific()
	if !in.ReadASN1(&certificate, der.SEQUENCE) || !in.Empty() || !certificate.ReadASN1(&tbs, der.SEQUENCE) ||
		!tbs.SkipOptionalASN1(version) || !tbs.SkipASN1(der.INTEGER) || !tbs.SkipASN1(der.SEQUENCE) ||
		!tbs.SkipASN1(der.SEQUENCE) || !tbs.SkipASN1(der.SEQUENCE) || !tbs.SkipASN1(der.SEQUENCE) ||
		!tbs.ReadASN1Element(&info, der.SEQUENCE) {
		return nil, malformed("certificate")
	}
	public, err := parseSPKI(info)
	if err != nil {
		return nil, err
	}
	if _, err := x509.ParseCertificate(b); err != nil {
		return nil, malformed("certificate")
	}
	return public, nil
}
