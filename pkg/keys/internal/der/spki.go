package der

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// parseSPKI reads a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
func parseSPKI(b []byte) (crypto.PublicKey, error) {
	var seq, algorithm cryptobyte.String
	var public asn1.BitString
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&algorithm, tag.SEQUENCE) ||
		!seq.ReadASN1BitString(&public) || !seq.Empty() || public.BitLength%8 != 0 {
		return nil, keyerr.Unreadable("SubjectPublicKeyInfo")
	}
	kind, parameters, err := readAlgorithm(algorithm)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "RSA":
		return parsePKCS1Public(public.Bytes)
	case "RSA-PSS":
		return parsePSSPublic(parameters, public.Bytes)
	case "EC":
		curve, err := readCurve(parameters)
		if err != nil {
			return nil, err
		}
		return ParsePoint(curve, public.Bytes)
	default:
		return ed25519.PublicKey(bytes.Clone(public.Bytes)), nil
	}
}

// parseCertificate returns the key of a certificate. It reads the key before
// crypto/x509 does, so that an unsupported key is ErrUnsupported and not
// ErrMalformed.
func parseCertificate(b []byte) (crypto.PublicKey, error) {
	var certificate, tbs, info cryptobyte.String
	in := cryptobyte.String(b)
	version := tag.Tag(0).Constructed().ContextSpecific()
	if !in.ReadASN1(&certificate, tag.SEQUENCE) || !in.Empty() || !certificate.ReadASN1(&tbs, tag.SEQUENCE) ||
		!tbs.SkipOptionalASN1(version) || !tbs.SkipASN1(tag.INTEGER) || !tbs.SkipASN1(tag.SEQUENCE) ||
		!tbs.SkipASN1(tag.SEQUENCE) || !tbs.SkipASN1(tag.SEQUENCE) || !tbs.SkipASN1(tag.SEQUENCE) ||
		!tbs.ReadASN1Element(&info, tag.SEQUENCE) {
		return nil, keyerr.Unreadable("certificate")
	}
	public, err := parseSPKI(info)
	if err != nil {
		return nil, err
	}
	if _, err := x509.ParseCertificate(b); err != nil {
		return nil, keyerr.Unreadable("certificate")
	}
	return public, nil
}
