package keys

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
)

const (
	defaultRSABits = 3072
	maxSecretBits  = 4096
)

// Generate makes a random key for alg: for HMAC a secret with as many random bits
// as the hash has, written as base64url text; for RSA 3072 bits with the exponent
// 65537; for EC a key on the curve of alg; for EdDSA an Ed25519 key.
func Generate(alg Algorithm) (*SigningKey, error) { return GenerateBits(alg, defaultBits(alg)) }

func defaultBits(alg Algorithm) int {
	switch alg.Type() {
	case "RSA":
		return defaultRSABits
	case "oct":
		return 8 * profileOf(alg).hash.Size()
	case "EC":
		return der.Curve(profileOf(alg).curve).Params().BitSize
	}
	return 8 * ed25519.PublicKeySize
}

// GenerateBits is [Generate] with a size in bits, which is a multiple of 8: for RSA
// 2048 to 8192; for HMAC at least as many random bits as the hash has, at most
// 4096; for the others their only size. A smaller size is [ErrWeak], a larger one
// [ErrTooLarge], and any other [ErrUnsupported].
func GenerateBits(alg Algorithm, bits int) (*SigningKey, error) {
	if !alg.valid() {
		return nil, fmt.Errorf("%w: %v", ErrUnsupported, alg)
	}
	if err := checkBits(alg, bits); err != nil {
		return nil, err
	}
	k, err := generate(alg, bits)
	if err != nil {
		return nil, err
	}
	return k.As(alg)
}

func checkBits(alg Algorithm, bits int) error {
	least, most := defaultBits(alg), defaultBits(alg)
	switch alg.Type() {
	case "RSA":
		least, most = der.MinRSABits, der.MaxRSABits
	case "oct":
		most = maxSecretBits
	}
	switch {
	case least == most && bits != least:
		return fmt.Errorf("%w: keys for %v have %d bits, not %d", ErrUnsupported, alg, least, bits)
	case bits < least:
		return fmt.Errorf("%w: %d bits; %v needs at least %d", ErrWeak, bits, alg, least)
	case bits > most:
		return fmt.Errorf("%w: %d bits; the maximum is %d", ErrTooLarge, bits, most)
	case least != most && bits%8 != 0:
		return fmt.Errorf("%w: %d bits is not a multiple of 8", ErrUnsupported, bits)
	}
	return nil
}

func generate(alg Algorithm, bits int) (*SigningKey, error) {
	switch alg.Type() {
	case "RSA":
		k, err := rsa.GenerateKey(rand.Reader, bits)
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
	return generateSecret(alg, bits)
}

// generateSecret makes a secret that [ParseSecret] takes: one in 25 of exactly 2048,
// 3072 or 4096 bits looks like the modulus of an RSA key, and another is made.
func generateSecret(alg Algorithm, bits int) (*SigningKey, error) {
	random := make([]byte, bits/8)
	defer clear(random)
	for {
		rand.Read(random)
		text := base64.RawURLEncoding.AppendEncode(nil, random)
		k, err := newSecret(text, alg)
		clear(text)
		if !errors.Is(err, ErrNotSecret) {
			return k, err
		}
	}
}
