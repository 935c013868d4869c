// Package derform tells the DER structures of keys and of the files around them
// from one another by their first members. The label of a PEM block may disagree
// with its content; the content decides.
package derform

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// Structure is a kind of DER file.
type Structure int

const (
	Unknown        Structure = iota
	PKCS8                    // PrivateKeyInfo, RFC 5208
	EncryptedPKCS8           // EncryptedPrivateKeyInfo, RFC 5958
	PKCS1                    // RSAPrivateKey, RFC 8017
	SEC1                     // ECPrivateKey, RFC 5915
	DSA                      // the private key of OpenSSL
	SPKI                     // SubjectPublicKeyInfo, RFC 5280
	PKCS1Public              // RSAPublicKey, RFC 8017
	Certificate              // RFC 5280
	Request                  // CertificationRequest, RFC 2986
	PKCS7                    // ContentInfo, RFC 5652
	PKCS12                   // PFX, RFC 7292
	Parameters               // of a curve, of DH or of DSA
)

// Of returns the structure of b, one whole value. It looks at the first members
// only: a structure that it names may still be damaged.
func Of(b []byte) Structure {
	in := cryptobyte.String(b)
	if in.PeekASN1Tag(der.OBJECT_IDENTIFIER) && in.SkipASN1(der.OBJECT_IDENTIFIER) && in.Empty() {
		return Parameters // of a curve by its name
	}
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, der.SEQUENCE) {
		return Unknown
	}
	switch {
	case seq.PeekASN1Tag(der.INTEGER):
		return numbered(seq)
	case seq.PeekASN1Tag(der.OBJECT_IDENTIFIER):
		return content(seq)
	case seq.PeekASN1Tag(der.SEQUENCE):
		return nested(seq)
	}
	return Unknown
}

// numbered tells apart the structures that begin with an INTEGER.
func numbered(seq cryptobyte.String) Structure {
	var first cryptobyte.String
	if !seq.ReadASN1(&first, der.INTEGER) {
		return Unknown
	}
	version := -1
	if len(first) == 1 {
		version = int(first[0])
	}
	switch {
	case seq.PeekASN1Tag(der.OCTET_STRING) && version == 1:
		return SEC1
	case seq.PeekASN1Tag(der.SEQUENCE):
		return versioned(version, seq)
	case seq.PeekASN1Tag(der.INTEGER):
		return integers(version, seq)
	}
	return Unknown
}

// versioned tells apart the structures of a version and a SEQUENCE.
func versioned(version int, seq cryptobyte.String) Structure {
	var inner cryptobyte.String
	if !seq.ReadASN1(&inner, der.SEQUENCE) || !inner.PeekASN1Tag(der.OBJECT_IDENTIFIER) {
		return Unknown
	}
	switch {
	case version == 3:
		return PKCS12
	case seq.PeekASN1Tag(der.OCTET_STRING) && !bytes.HasPrefix(inner, primeField):
		return PKCS8
	case seq.PeekASN1Tag(der.SEQUENCE):
		return Parameters // explicit ones of a curve
	}
	return Unknown
}

var primeField = []byte("\x06\x07\x2a\x86\x48\xce\x3d\x01\x01")

// integers tells apart the structures of INTEGERs by their number, of which the
// first is read.
func integers(version int, seq cryptobyte.String) Structure {
	count := 1
	for seq.PeekASN1Tag(der.INTEGER) && seq.SkipASN1(der.INTEGER) {
		count++
	}
	switch {
	case version == 0 && count == 6 && seq.Empty():
		return DSA
	case version >= 0 && count > 3:
		return PKCS1
	case count == 2 && version < 0:
		return PKCS1Public
	case count == 2 || count == 3:
		return Parameters // of DH or DSA
	}
	return Unknown
}

// content reads ContentInfo: a type, which is under 1.2.840.113549.1.7 or .9, and [0].
func content(seq cryptobyte.String) Structure {
	var oid cryptobyte.String
	if !seq.ReadASN1(&oid, der.OBJECT_IDENTIFIER) || !seq.PeekASN1Tag(der.Tag(0).Constructed().ContextSpecific()) {
		return Unknown
	}
	pkcs, under := bytes.CutPrefix(oid, []byte("\x2a\x86\x48\x86\xf7\x0d\x01"))
	if under && len(pkcs) > 0 && (pkcs[0] == 7 || pkcs[0] == 9) {
		return PKCS7
	}
	return Unknown
}

// nested tells apart the structures that begin with a SEQUENCE.
func nested(seq cryptobyte.String) Structure {
	var inner cryptobyte.String
	if !seq.ReadASN1(&inner, der.SEQUENCE) {
		return Unknown
	}
	switch {
	case inner.PeekASN1Tag(der.OBJECT_IDENTIFIER) && seq.PeekASN1Tag(der.BIT_STRING):
		return SPKI
	case inner.PeekASN1Tag(der.OBJECT_IDENTIFIER) && seq.PeekASN1Tag(der.OCTET_STRING):
		return EncryptedPKCS8
	case !seq.SkipASN1(der.SEQUENCE) || !seq.PeekASN1Tag(der.BIT_STRING):
		return Unknown
	case inner.PeekASN1Tag(der.INTEGER) && requestInfo(inner):
		return Request
	case inner.PeekASN1Tag(der.INTEGER) || inner.PeekASN1Tag(der.Tag(0).Constructed().ContextSpecific()):
		return Certificate
	}
	return Unknown
}

// requestInfo reports whether in is CertificationRequestInfo: a version, a name, a
// public key and attributes. A certificate of version 1 has an algorithm in place of
// the name.
func requestInfo(in cryptobyte.String) bool {
	var key cryptobyte.String
	return in.SkipASN1(der.INTEGER) && in.SkipASN1(der.SEQUENCE) && in.ReadASN1(&key, der.SEQUENCE) &&
		key.SkipASN1(der.SEQUENCE) && key.PeekASN1Tag(der.BIT_STRING)
}

// fragments are the identifiers that DER of a key, of a certificate or of a file
// with keys in it has, also when its beginning or its end is missing. Each has seven
// bytes or more, so that a secret does not have one by chance.
var fragments = [][]byte{
	[]byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"), // PKCS #1: RSA keys and signatures
	[]byte("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"),     // an EC key
	[]byte("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"), // P-256
	[]byte("\x30\x05\x06\x03\x2b\x65\x70"),             // Ed25519
	[]byte("\x06\x03\x2b\x65\x70\x03\x21\x00"),         // Ed25519, without its beginning
	[]byte("\x30\x05\x06\x03\x2b\x65\x71"),             // Ed448
	[]byte("\x30\x05\x06\x03\x2b\x65\x6e"),             // X25519
	[]byte("\x06\x07\x2a\x86\x48\xce\x38\x04\x01"),     // DSA
	[]byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05"), // PKCS #5: encrypted keys
	[]byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"), // PKCS #7 and #12
	[]byte("\x06\x08\x2a\x86\x48\xce\x3d\x04\x03"),     // ECDSA signatures
}

// Fragment reports whether b is or has a part of the DER of a key or a
// certificate.
func Fragment(b []byte) bool {
	for _, fragment := range fragments {
		if bytes.Contains(b, fragment) {
			return true
		}
	}
	// The exponent 65537 ends a public key, of which the beginning may be missing.
	if len(b) >= minEnd && bytes.HasSuffix(b, []byte("\x02\x03\x01\x00\x01")) {
		return true
	}
	// Something short may stand before it.
	for i := range min(len(b), maxBefore) {
		if b[i] == 0x30 && numbersOnly(b[i:]) {
			return true
		}
	}
	return false
}

const (
	maxBefore = 64
	minEnd    = 40 // bytes, so that a secret of 32 is never taken for an end
)

// numbersOnly reports whether b begins as PKCS #1 or SEC 1 does, which have no
// identifier at their beginning: the version, or a modulus of 128 bytes and more within
// a SEQUENCE that is a little longer.
func numbersOnly(b []byte) bool {
	switch {
	case len(b) < 36:
		return false
	case b[1] < 0x80 && bytes.HasPrefix(b[2:], []byte("\x02\x01\x01\x04")):
		return b[6] == 32 || b[6] == 48
	case b[1] == 0x81 && bytes.HasPrefix(b[3:], []byte("\x02\x01\x01\x04")):
		return b[7] == 48 || b[7] == 66
	case b[1] == 0x81:
		return bytes.HasPrefix(b[3:], []byte("\x02\x81")) && b[5] < b[2] && b[5] > b[2]-16
	case b[1] != 0x82:
		return false
	}
	outer, inner := int(b[2])<<8|int(b[3]), int(b[6])<<8|int(b[7])
	return bytes.HasPrefix(b[4:], []byte("\x02\x01\x00\x02\x82")) ||
		bytes.HasPrefix(b[4:], []byte("\x02\x82")) && inner < outer && inner > outer-16
}
