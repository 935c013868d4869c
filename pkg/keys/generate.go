package keys

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
)

const rsaBits = 3072

// Generate makes a random key for alg: for HMAC a secret with as many random bits
// as the hash has, written as base64url text; for RSA 3072 bits with the exponent
// 65537; for EC a key on the curve of alg; for EdDSA an Ed25519 key. [NewSigner] makes
// a key of an RSA key of another size. An alg that is not an algorithm is
// [ErrUnsupported].
func Generate(alg Algorithm) (*SigningKey, error) {
	k, err := generate(alg)
	if err != nil {
		return nil, err
	}
	return k.As(alg)
}

func generate(alg Algorithm) (*SigningKey, error) {
	switch alg.Type() {
	case "oct":
		return generateSecret(alg)
	case "RSA":
		k, err := rsa.GenerateKey(rand.Reader, rsaBits)
		if err != nil {
			return nil, fmt.Errorf("generating an RSA key: %w", err)
		}
		return newPrivate(k)
	case "EC":
		k, err := ecdsa.GenerateKey(der.Curve(profileOf(alg).curve), rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("generating an EC key: %w", err)
		}
		return newPrivate(k)
	case "OKP":
		_, k, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("generating an Ed25519 key: %w", err)
		}
		return newPrivate(k)
	}
	return nil, fmt.Errorf("%w: %v", ErrUnsupported, alg)
}

func generateSecret(alg Algorithm) (*SigningKey, error) {
	random := make([]byte, profileOf(alg).hash.Size())
	defer clear(random)
	rand.Read(random) // never fails
	text := base64.RawURLEncoding.AppendEncode(nil, random)
	defer clear(text)
	return newSecret(text, alg)
}
