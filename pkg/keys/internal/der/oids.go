package der

import (
	"crypto/elliptic"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// kinds names the key algorithms of PKCS #8 and SubjectPublicKeyInfo. The first
// three are supported; the others are known so that an error can name them.
var kinds = map[string]string{
	"1.2.840.113549.1.1.1":  "RSA",
	"1.2.840.113549.1.1.10": "RSA-PSS",
	"1.2.840.10045.2.1":     "EC",
	"1.3.101.112":           "Ed25519",

	"1.2.840.113549.1.1.7":    "RSA-OAEP",
	"1.3.101.110":             "X25519",
	"1.3.101.111":             "X448",
	"1.3.101.113":             "Ed448",
	"1.2.840.10040.4.1":       "DSA",
	"1.2.840.113549.1.3.1":    "DH",
	"1.2.840.10046.2.1":       "DH",
	"1.3.132.1.12":            "ECDH",
	"2.16.840.1.101.3.4.3.17": "ML-DSA-44",
	"2.16.840.1.101.3.4.3.18": "ML-DSA-65",
	"2.16.840.1.101.3.4.3.19": "ML-DSA-87",
}

// curveNames names the curves of EC keys. The first three are supported.
var curveNames = map[string]string{
	"1.2.840.10045.3.1.7": "P-256",
	"1.3.132.0.34":        "P-384",
	"1.3.132.0.35":        "P-521",

	"1.2.840.10045.3.1.1":   "P-192",
	"1.3.132.0.33":          "P-224",
	"1.3.132.0.10":          "secp256k1",
	"1.3.36.3.3.2.8.1.1.7":  "brainpoolP256r1",
	"1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
	"1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
	"1.2.156.10197.1.301":   "SM2",
}

// readAlgorithm reads the content of an AlgorithmIdentifier. It returns "RSA",
// "RSA-PSS", "EC" or "Ed25519", for EC with the parameters, and refuses other kinds by
// name.
func readAlgorithm(in cryptobyte.String) (kind string, parameters cryptobyte.String, err error) {
	var oid asn1.ObjectIdentifier
	if !in.ReadASN1ObjectIdentifier(&oid) {
		return "", nil, keyerr.Unreadable("key algorithm")
	}
	kind = kinds[oid.String()]
	var null cryptobyte.String
	switch {
	case kind == "EC" || kind == "RSA-PSS":
		return kind, in, nil
	case kind == "RSA" && (in.Empty() || in.ReadASN1(&null, tag.NULL) && null.Empty() && in.Empty()):
		return kind, nil, nil
	case kind == "Ed25519" && in.Empty():
		return kind, nil, nil
	case kind == "RSA" || kind == "Ed25519":
		return "", nil, keyerr.Unreadable("parameters of the " + kind + " key")
	case kind == "":
		kind = "the algorithm " + keyerr.Truncate(oid.String())
	}
	return "", nil, fmt.Errorf("%w: %s; supported are RSA, EC (P-256, P-384, P-521) and Ed25519", keyerr.ErrUnsupported, kind)
}

// readCurve reads the parameters of an EC key: the OID of a curve.
func readCurve(in cryptobyte.String) (elliptic.Curve, error) {
	if in.PeekASN1Tag(tag.SEQUENCE) {
		return nil, fmt.Errorf("%w: EC with explicit parameters; the curve must be named", keyerr.ErrUnsupported)
	}
	var oid asn1.ObjectIdentifier
	if !in.ReadASN1ObjectIdentifier(&oid) || !in.Empty() {
		return nil, keyerr.Unreadable("EC curve")
	}
	name := curveNames[oid.String()]
	if curve := Curve(name); curve != nil {
		return curve, nil
	}
	if name == "" {
		name = keyerr.Truncate(oid.String())
	}
	return nil, fmt.Errorf("%w: EC on the curve %s; supported are P-256, P-384 and P-521", keyerr.ErrUnsupported, name)
}
