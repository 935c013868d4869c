package keys

import (
	"crypto"
	"encoding/base64"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// go-jose writes JWKs and computes thumbprints; no other file knows it. It does
// not read them: it takes what RFC 7518 forbids (padding zeros, line breaks in
// base64url), knows no key_ops, and refuses RSA over 4096 bits unless a
// variable of its package is changed for the whole program.

// thumbprint returns the RFC 7638 SHA-256 thumbprint of a checked public key.
func thumbprint(public crypto.PublicKey) string {
	digest, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "" // not reached: the key passed der.CheckPublic
	}
	return base64.RawURLEncoding.EncodeToString(digest)
}

func encodeJWK(key any, kid string, alg Algorithm) ([]byte, error) {
	text, err := jose.JSONWebKey{Key: key, KeyID: kid, Algorithm: alg.String(), Use: "sig"}.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("writing a JWK: %w", err)
	}
	return text, nil
}
