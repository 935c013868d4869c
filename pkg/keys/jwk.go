package keys

import (
	"bytes"
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
	sum, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "" // not reached: the key passed checkPublic
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// MarshalJWK returns the private JWK (RFC 7517) with kid, alg and use, secrets
// included. Keep it as safe as any private key.
func MarshalJWK(k *SigningKey) ([]byte, error) {
	if !k.usable() {
		return nil, noKeyTo("write")
	}
	if mac := k.m.public.m.mac; mac != nil {
		return marshalJWK(mac.secret(), k.VerificationKey())
	}
	return marshalJWK(k.m.private(), k.VerificationKey())
}

// MarshalPublicJWK returns the public JWK with kid, alg and use. For a secret
// the error matches [ErrNotPublic].
func MarshalPublicJWK(k *VerificationKey) ([]byte, error) {
	if err := publishable(k); err != nil {
		return nil, err
	}
	return marshalJWK(k.m.public, k)
}

func marshalJWK(material any, k *VerificationKey) ([]byte, error) {
	text, err := jose.JSONWebKey{Key: material, KeyID: k.ID(), Algorithm: k.Algorithm().String(), Use: "sig"}.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("writing a JWK: %w", err)
	}
	return text, nil
}

// MarshalJWKS returns a JWK Set (RFC 7517 section 5) of public keys, in order.
// A secret among them is [ErrNotPublic], two keys with one kid [ErrDuplicateID].
func MarshalJWKS(keys ...*VerificationKey) ([]byte, error) {
	seen := make(map[string]bool, len(keys))
	var members [][]byte
	for _, k := range keys {
		text, err := MarshalPublicJWK(k)
		if err != nil {
			return nil, err
		}
		if seen[k.ID()] {
			return nil, fmt.Errorf("%w: %q", ErrDuplicateID, clip(k.ID()))
		}
		seen[k.ID()] = true
		members = append(members, text)
	}
	set := append([]byte(`{"keys":[`), bytes.Join(members, []byte(","))...)
	return append(set, "]}"...), nil
}
