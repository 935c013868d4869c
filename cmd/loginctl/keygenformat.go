package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

func keyFormats() []string {
	return []string{"pem", "pkcs1", "sec1", "jwk", "jwks", "raw", "base64url", "hex", "env"}
}

// formatFits refuses a format that the kind of key does not have.
func formatFits(format string, alg keys.Algorithm) error {
	secret := false
	switch format {
	case "jwk":
		return nil
	case "raw", "base64url", "hex", "env":
		secret = true
	}
	switch {
	case secret && !alg.Symmetric():
		return usage("--format "+format+" is for HMAC secrets", "a pair takes pem, jwk, jwks, or pkcs1 (RSA), sec1 (EC)")
	case !secret && alg.Symmetric():
		return usage("an HMAC secret has no --format "+format, "it takes base64url, hex, raw, env or jwk")
	case format == "pkcs1" && alg.Type() != "RSA":
		return usage("--format pkcs1 is for RSA keys", "use --format pem")
	case format == "sec1" && alg.Type() != "EC":
		return usage("--format sec1 is for EC keys", "use --format pem")
	}
	return nil
}

// generate makes the key. A secret in hex or raw is made as such, because its
// text is the secret.
func (a *app) generate(c *cli.Context, m *made, alg keys.Algorithm) (*keys.SigningKey, error) {
	bits := c.Int("bits")
	if c.IsSet("bits") && bits <= 0 {
		return nil, usage("--bits must be more than 0")
	}
	if alg.Type() == "RSA" && bits > 3072 && isTerminal(a.stderr) {
		a.note("%s: making an RSA key of %d bits, which can take a while", program, bits)
	}
	key, err := makeKey(m.format, alg, bits)
	if err != nil {
		return nil, &keyError{fmt.Errorf("making a key for %s: %w", alg, err)}
	}
	if kid := c.String("kid"); kid != "" {
		if key, err = key.WithID(kid); err != nil {
			return nil, usage(fmt.Sprintf("--kid: %v", err))
		}
	}
	return key, nil
}

func makeKey(format string, alg keys.Algorithm, bits int) (*keys.SigningKey, error) {
	if bits == 0 && format != "hex" && format != "raw" {
		return keys.Generate(alg)
	}
	if format != "hex" && format != "raw" {
		return keys.GenerateBits(alg, bits)
	}
	size, err := secretBytes(alg, bits)
	if err != nil {
		return nil, err
	}
	secret := make([]byte, size)
	for {
		rand.Read(secret) // never fails
		if secret[size-1] != '\n' && secret[size-1] != '\r' {
			break // a newline at the end would be cut when it is read
		}
	}
	if format == "hex" {
		secret = []byte(hex.EncodeToString(secret))
	}
	return keys.ParseSecret(secret, alg)
}

// secretBytes returns how many random bytes a secret of that many bits has: by
// default, and at least, as many as the hash.
func secretBytes(alg keys.Algorithm, bits int) (int, error) {
	least := map[keys.Algorithm]int{keys.HS256: 256, keys.HS384: 384, keys.HS512: 512}[alg]
	switch {
	case bits == 0:
		bits = least
	case bits < least:
		return 0, fmt.Errorf("%d bits are fewer than the hash has: %w", bits, keys.ErrWeak)
	case bits > 8*maxPassphrase:
		return 0, fmt.Errorf("%d bits: %w", bits, keys.ErrTooLarge)
	}
	return (bits + 7) / 8, nil
}

// encode writes the key in its format. It asks for the passphrase, if one is needed.
func (a *app) encode(c *cli.Context, m *made) (err error) {
	switch m.format {
	case "pem", "jwks":
		m.private, err = a.encodePEM(c, m)
	case "pkcs1":
		m.private, err = keys.MarshalPKCS1(m.key)
	case "sec1":
		m.private, err = keys.MarshalSEC1(m.key)
	case "jwk":
		m.private, err = keys.MarshalJWK(m.key)
	default:
		m.private, err = keys.MarshalSecret(m.key)
	}
	if err != nil {
		return err
	}
	switch {
	case m.format == "raw":
		m.private = m.private[:len(m.private)-1]
	case m.format == "env":
		m.private = append([]byte(c.String("env-name")+"="), m.private...)
	}
	if m.key.Algorithm().Symmetric() {
		return nil
	}
	public := m.key.VerificationKey()
	switch m.format {
	case "jwk":
		m.public, err = keys.MarshalPublicJWK(public)
	case "jwks":
		m.public, err = keys.MarshalJWKS(public)
	default:
		m.public, err = keys.MarshalPublic(public)
	}
	return err
}

func (a *app) encodePEM(c *cli.Context, m *made) ([]byte, error) {
	if !m.encrypted {
		return keys.MarshalPKCS8(m.key)
	}
	name := m.out
	if name == "" {
		name = "the new key"
	}
	secret, err := a.passphrase(c, name, true)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	return keys.MarshalEncrypted(m.key, secret, keys.KDF{Scrypt: c.String("kdf") == "scrypt"})
}

// save writes the files: the private one first, each whole or not at all.
func save(m *made, force bool) error {
	if m.public == nil {
		return keys.SavePrivate(m.out, m.private, force)
	}
	return keys.SavePair(m.out, m.private, m.out+".pub", m.public, force)
}
