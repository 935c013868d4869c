// Package der reads the DER of keys strictly and checks the keys themselves. It
// does so before crypto/x509, or in its place: crypto/x509 computes with numbers of
// any size, does not compare the public key stated in a private one, and does not
// name the kinds of keys it refuses.
package der

import (
	"crypto"
)

// PrivateFormat is an encoding of private keys.
type PrivateFormat struct {
	Name  string
	Parse func(b []byte) (crypto.Signer, error)
}

// PublicFormat is an encoding of public keys.
type PublicFormat struct {
	Name  string
	Parse func(b []byte) (crypto.PublicKey, error)
}

// PKCS8 is the default format of private keys, and the one inside encrypted PKCS
// #8.
var PKCS8 = PrivateFormat{"PKCS #8", parsePKCS8}

// privateFormats and publicFormats are the formats that are read, by PEM label. A
// new format needs a row here; DER without a label is tried against all of them by
// [IsKey].
var privateFormats = map[string]PrivateFormat{
	"PRIVATE KEY":     PKCS8,
	"RSA PRIVATE KEY": {"PKCS #1", parsePKCS1},
	"EC PRIVATE KEY":  {"SEC 1", parseSEC1},
}

var publicFormats = map[string]PublicFormat{
	"PUBLIC KEY":       {"SubjectPublicKeyInfo", parseSPKI},
	"RSA PUBLIC KEY":   {"PKCS #1", parsePKCS1Public},
	"CERTIFICATE":      {"certificate", parseCertificate},
	"X509 CERTIFICATE": {"certificate", parseCertificate},
}

// Private returns the format of the private key in a PEM block with that label.
func Private(label string) (PrivateFormat, bool) {
	format, ok := privateFormats[label]
	return format, ok
}

// Public returns the format of the public key in a PEM block with that label.
func Public(label string) (PublicFormat, bool) {
	format, ok := publicFormats[label]
	return format, ok
}
