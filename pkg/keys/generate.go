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

// Generate makes a key for alg from crypto/rand: a secret with as many random bits as the hash
// has (as base64url text), RSA of 3072 bits with the exponent 65537, EC on the
// algorithm's curve, Ed25519.
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

// GenerateBits is [Generate] with a size in bits, a multiple of 8: 2048 to 8192
// for RSA; for a secret as many random bits as the hash has at least, 4096 at
// most; for the others the only size there is. A size below is [ErrWeak], one
// above [ErrTooLarge], any other [ErrUnsupported].
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
		return fmt.Errorf("%w: %v has keys of %d bits only, not %d", ErrUnsupported, alg, least, bits)
	case bits < least:
		return fmt.Errorf("%w: %d bits; %v needs at least %d", ErrWeak, bits, alg, least)
	case bits > most:
		return fmt.Errorf("%w: %d bits; at most %d are made", ErrTooLarge, bits, most)
	case least != most && bits%8 != 0:
		return fmt.Errorf("%w: %d bits is no multiple of 8", ErrUnsupported, bits)
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
