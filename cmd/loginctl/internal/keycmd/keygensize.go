package keycmd

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
)

// keyOfSize makes an RSA key or a secret with that many bits.
func keyOfSize(alg keys.Algorithm, bits int) (*keys.SigningKey, error) {
	if err := checkBits(alg, bits); err != nil {
		return nil, err
	}
	if alg.Type() == "oct" {
		return secretOfSize(alg, bits)
	}
	private, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, err
	}
	return keys.NewSigner(private, alg)
}

// checkBits refuses a size before the key is made: an RSA key of 16384 bits takes
// minutes, to be refused then.
func checkBits(alg keys.Algorithm, bits int) error {
	least, most := 2048, 8192
	if alg.Type() == "oct" {
		least, most = hashBits(alg), 4096
	}
	switch {
	case bits < least:
		return fmt.Errorf("%w: %d bits; %v needs at least %d", keys.ErrWeak, bits, alg, least)
	case bits > most:
		return fmt.Errorf("%w: %d bits; the maximum is %d", keys.ErrTooLarge, bits, most)
	case bits%8 != 0:
		return fmt.Errorf("%w: %d bits is not a multiple of 8", keys.ErrUnsupported, bits)
	}
	return nil
}

// secretOfSize makes a secret that [keys.ParseSecret] reads: one in 25 of exactly 2048,
// 3072 or 4096 bits looks like the modulus of an RSA key, and another is made.
func secretOfSize(alg keys.Algorithm, bits int) (*keys.SigningKey, error) {
	random := make([]byte, bits/8)
	defer clear(random)
	for {
		rand.Read(random) // never fails
		text := base64.RawURLEncoding.AppendEncode(nil, random)
		key, err := keys.ParseSecret(text, alg)
		clear(text)
		if !errors.Is(err, keys.ErrNotSecret) {
			return key, err
		}
	}
}
