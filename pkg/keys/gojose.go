package keys

import (
	"crypto"
	"encoding/base64"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// go-jose writes JWKs and computes thumbprints; this is the only file that uses it.
// It does not read JWKs: it accepts text that RFC 7518 forbids (zero padding, line
// breaks in base64url), ignores key_ops, and refuses RSA keys over 4096 bits unless
// a variable of its package is changed for the whole program.

// thumbprint returns the RFC 7638 SHA-256 thumbprint of a checked public key.
func thumbprint(public crypto.PublicKey) string {
	digest, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "" // unreachable: the key passed der.CheckPublic
	}
	return base64.RawURLEncoding.EncodeToString(digest)
}

// encodeJWK writes a JWK with the use sig.
func encodeJWK(key any, kid string, alg Algorithm) ([]byte, error) {
	text, err := jose.JSONWebKey{Key: key, KeyID: kid, Algorithm: alg.String(), Use: "sig"}.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("writing a JWK: %w", err)
	}
	return text, nil
}
