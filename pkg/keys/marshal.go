package keys

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
	"github.com/loginctl/loginctl/pkg/keys/internal/secretcheck"
)

// exportable returns an error for a nil key, and for a secret: the format is for
// key pairs.
func exportable(k *SigningKey) error {
	if !k.usable() {
		return keyerr.NothingTo("write")
	}
	if k.m.private == nil {
		return fmt.Errorf("%w: a secret cannot be written in this format; write it as text or as a JWK", ErrUnsupported)
	}
	if k.m.external {
		return errExternal()
	}
	return nil
}

func errExternal() error {
	return fmt.Errorf("%w: the private key is held by a crypto.Signer, which does not give it away", ErrUnsupported)
}

// publishable refuses a nil key and a secret.
func publishable(k *VerificationKey) error {
	if !k.usable() {
		return keyerr.NothingTo("publish")
	}
	if k.m.mac != nil {
		return fmt.Errorf("%w: a secret is never published", ErrNotPublic)
	}
	return nil
}

// pemBlock returns der as PEM, and clears der.
func pemBlock(label string, der []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("writing a %s: %w", label, err)
	}
	defer clear(der)
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), nil
}

// MarshalPKCS8 returns k as a PKCS #8 PEM block (RFC 5208) that is not encrypted.
// If a format cannot contain a key, as PKCS #8 a secret, the error matches
// [ErrUnsupported]; so it is for the functions below.
func MarshalPKCS8(k *SigningKey) ([]byte, error) {
	if err := exportable(k); err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(k.m.private())
	return pemBlock("PRIVATE KEY", der, err)
}

// MarshalTraditional returns k in the older form of its type, which openssl calls
// traditional: an RSA key as an "RSA PRIVATE KEY" PEM block (PKCS #1, RFC 8017 appendix
// A.1.2), an EC key as an "EC PRIVATE KEY" (SEC 1, RFC 5915). Ed25519 has none.
func MarshalTraditional(k *SigningKey) ([]byte, error) {
	if err := exportable(k); err != nil {
		return nil, err
	}
	switch private := k.m.private().(type) {
	case *rsa.PrivateKey:
		return pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(private), nil)
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(private)
		return pemBlock("EC PRIVATE KEY", der, err)
	}
	return nil, fmt.Errorf("%w: Ed25519 has no traditional form; write PKCS #8", ErrUnsupported)
}

// MarshalSecret returns the text of an HMAC secret and a newline, which
// [ParseSecret] removes. If the secret is not one line of text, as in some oct
// JWKs, the error matches [ErrUnsupported]; [MarshalJWK] writes such a secret.
func MarshalSecret(k *SigningKey) ([]byte, error) {
	if !k.usable() {
		return nil, keyerr.NothingTo("write")
	}
	mac := k.m.public.m.mac
	if mac == nil {
		return nil, fmt.Errorf("%w: it is a key pair, not a secret; write PKCS #8", ErrUnsupported)
	}
	if !textual(mac.secret()) {
		return nil, fmt.Errorf("%w: the secret is not a line of text; write it as a JWK", ErrUnsupported)
	}
	return append(append([]byte(nil), mac.secret()...), '\n'), nil
}

// textual reports whether a secret can be written as a line of text that [ParseSecret]
// takes: without blanks or quotes around it.
func textual(secret []byte) bool {
	return utf8.Valid(secret) && bytes.IndexFunc(secret, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfeff }) < 0 &&
		secretcheck.Check(secret) == nil
}

// MarshalPublic returns a public key as a SubjectPublicKeyInfo PEM block (RFC
// 5280). For a secret the error matches [ErrNotPublic].
func MarshalPublic(k *VerificationKey) ([]byte, error) {
	if err := publishable(k); err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(k.m.public)
	return pemBlock("PUBLIC KEY", der, err)
}
