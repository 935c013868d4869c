package keys

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// MarshalJWK returns the private JWK (RFC 7517) of a key, or the oct JWK of a
// secret, with kid, alg and use. Protect it as any private key.
func MarshalJWK(k *SigningKey) ([]byte, error) {
	if !k.usable() {
		return nil, keyerr.NothingTo("write")
	}
	if mac := k.m.public.m.mac; mac != nil {
		return encodeJWK(mac.secret(), k.ID(), k.Algorithm())
	}
	if k.m.external {
		return nil, errExternal()
	}
	return encodeJWK(k.m.private(), k.ID(), k.Algorithm())
}

// MarshalPublicJWK returns the public JWK of a key with kid, alg and use. For a
// secret the error matches [ErrNotPublic].
func MarshalPublicJWK(k *VerificationKey) ([]byte, error) {
	if err := publishable(k); err != nil {
		return nil, err
	}
	return encodeJWK(k.m.public, k.ID(), k.Algorithm())
}

// MarshalJWKS returns a JWK Set (RFC 7517 section 5) of public keys, in order. Secrets
// are left out: they are never published. If there is no public key, the error matches
// [ErrNotPublic]; if two have the same kid, [ErrKeyID].
func MarshalJWKS(keys ...*VerificationKey) ([]byte, error) {
	seen := make(map[string]bool, len(keys))
	var encoded [][]byte
	for _, k := range keys {
		text, err := MarshalPublicJWK(k)
		switch {
		case errors.Is(err, ErrNotPublic):
			continue
		case err != nil:
			return nil, err
		case seen[k.ID()]:
			return nil, fmt.Errorf("%w: %q is the kid of two keys", ErrKeyID, keyerr.Truncate(k.ID()))
		}
		seen[k.ID()] = true
		encoded = append(encoded, text)
	}
	if len(encoded) == 0 {
		return nil, fmt.Errorf("%w: there is no public key to publish in a JWK Set", ErrNotPublic)
	}
	set := append([]byte(`{"keys":[`), bytes.Join(encoded, []byte(","))...)
	return append(set, "]}"...), nil
}
