package keys

import (
	"crypto"
	"encoding/pem"
	"fmt"
)

// Parse reads one private key that is not encrypted: PEM (PKCS #8, PKCS #1,
// SEC 1) or JWK. The algorithm is the JWK's, or RS256 for RSA, the curve's for
// EC, EdDSA for Ed25519 and HS256 for an oct JWK; [SigningKey.As] states another.
//
// The error matches [ErrPasswordRequired] for an encrypted key, [ErrNotPrivate]
// for a public one, [ErrAlgorithm] for a JWK whose alg is not for its key,
// [ErrKeyAsSecret] for an oct JWK that holds the text of a key, and [ErrNoKey],
// [ErrMalformed], [ErrUnsupported], [ErrWeak] or [ErrTooLarge] for the rest.
func Parse(data []byte) (*SigningKey, error) {
	doc, err := readText(data)
	if err != nil {
		return nil, err
	}
	if doc.block == nil {
		return parsePrivateJWK(doc.json)
	}
	defer clear(doc.block.Bytes)
	return parsePrivateBlock(doc.block)
}

// ParseEncrypted reads one encrypted private key in PEM: PKCS #8 (PBES2, RFC
// 8018, or the PBE-SHA1-3DES of RFC 7292) or RFC 1423, for which the key
// carries a warning. A key that is not encrypted is [ErrNotEncrypted], never
// quietly read.
//
// [ErrWrongPassword] means that nothing decrypted: the password is wrong, or the
// salt, the parameters or the first bytes of the key are damaged, which looks
// the same because the formats carry no checksum. If the beginning decrypts to
// a key and the rest does not hold together, the password was right and the error is
// [ErrMalformed]. An empty password is [ErrPasswordRequired]. A derivation that
// would cost more than 10,000,000 iterations of PBKDF2 or 256 MiB of scrypt is
// [ErrTooCostly]; the password is not tried.
func ParseEncrypted(data, password []byte) (*SigningKey, error) {
	doc, err := readText(data)
	if err != nil {
		return nil, err
	}
	if doc.block == nil {
		return nil, plainJWK(doc.json)
	}
	defer clear(doc.block.Bytes)
	return decryptBlock(doc.block, password)
}

// ParsePublic reads one public key: PEM (SubjectPublicKeyInfo, PKCS #1,
// certificate) or JWK. Given a private key that is not encrypted it returns its
// public half. The algorithm is as for [Parse].
//
// Of a certificate only the key is used: its dates, its issuer and its purpose
// are not checked, for a JWT says nothing of certificates. [Inspect] tells the dates.
//
// A secret is [ErrNotPublic]; otherwise the errors are those of [Parse].
func ParsePublic(data []byte) (*VerificationKey, error) {
	doc, err := readText(data)
	if err != nil {
		return nil, err
	}
	if doc.block == nil {
		return parsePublicJWK(doc.json)
	}
	defer clear(doc.block.Bytes)
	if parse := publicFormats[doc.block.Type].parse; parse != nil {
		public, err := parse(doc.block.Bytes)
		if err != nil {
			return nil, err
		}
		return newPublic(public)
	}
	k, err := parsePrivateBlock(doc.block)
	return k.VerificationKey(), err
}

type privateFormat struct {
	name  string
	parse func(der []byte) (crypto.Signer, error)
}

type publicFormat struct {
	name  string
	parse func(der []byte) (crypto.PublicKey, error)
}

var privateFormats = map[string]privateFormat{
	"PRIVATE KEY":     {"PKCS #8", parsePKCS8},
	"RSA PRIVATE KEY": {"PKCS #1", parsePKCS1},
	"EC PRIVATE KEY":  {"SEC 1", parseSEC1},
}

var publicFormats = map[string]publicFormat{
	"PUBLIC KEY":       {"SubjectPublicKeyInfo", parseSPKI},
	"RSA PUBLIC KEY":   {"PKCS #1", parsePKCS1Public},
	"CERTIFICATE":      {"certificate", parseCertificate},
	"X509 CERTIFICATE": {"certificate", parseCertificate},
}

func parsePrivateBlock(b *pem.Block) (*SigningKey, error) {
	if encrypted(b) {
		return nil, ErrPasswordRequired
	}
	format, ok := privateFormats[b.Type]
	if !ok {
		return nil, notPrivateBlock(b)
	}
	private, err := format.parse(b.Bytes)
	if err != nil {
		return nil, err
	}
	return newPrivate(private)
}

// notPrivateBlock says what a PEM block is that holds no private key of ours.
func notPrivateBlock(b *pem.Block) error {
	if format, ok := publicFormats[b.Type]; ok {
		return fmt.Errorf("%w: it is a public key (%s)", ErrNotPrivate, format.name)
	}
	switch b.Type {
	case "OPENSSH PRIVATE KEY":
		return openSSH(b.Bytes)
	case "TRUSTED CERTIFICATE":
		return fmt.Errorf("%w: %s; convert it with: openssl x509 -in FILE -out FILE.pem", ErrUnsupported, b.Type)
	case "DSA PRIVATE KEY", "PKCS7", "CMS", "PGP PRIVATE KEY BLOCK", "PGP PUBLIC KEY BLOCK":
		return fmt.Errorf("%w: %s; make an RSA, EC or Ed25519 key in PKCS #8", ErrUnsupported, b.Type)
	}
	return fmt.Errorf("%w: the PEM block is a %q", ErrNoKey, clip(b.Type))
}
