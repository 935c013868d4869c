package keycmd

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

func keyFormats() []string {
	return []string{"pem", "pkcs1", "sec1", "jwk", "jwks", "raw", "base64url", "hex", "env"}
}

// formatFits refuses a format that does not exist for the kind of key.
func formatFits(format string, alg keys.Algorithm) error {
	secret := false
	switch format {
	case "jwk":
		return nil
	case "raw", "base64url", "hex", "env":
		secret = true
	}
	switch {
	case secret && alg.Type() != "oct":
		return outcome.Usage("--format "+format+" is for HMAC secrets", "a pair takes pem, jwk, jwks, or pkcs1 (RSA), sec1 (EC)",
			"for a secret: "+outcome.Program()+" keygen hmac --format "+format)
	case !secret && alg.Type() == "oct":
		return outcome.Usage("an HMAC secret has no --format "+format, "it takes base64url, hex, raw, env or jwk")
	case format == "pkcs1" && alg.Type() != "RSA":
		return outcome.Usage("--format pkcs1 is for RSA keys", "use --format pem")
	case format == "sec1" && alg.Type() != "EC":
		return outcome.Usage("--format sec1 is for EC keys", "use --format pem")
	}
	return nil
}

// generateKey makes the key, with the kid of --kid.
func generateKey(env *terminal.Env, c *cli.Context, m *newKey, alg keys.Algorithm) (*keys.SigningKey, error) {
	bits := c.Int("bits")
	switch {
	case c.IsSet("bits") && alg.Type() == "EC":
		return nil, outcome.Usage("--bits does not choose the size of an EC key", "state its algorithm: --alg ES256, ES384 or ES512")
	case c.IsSet("bits") && alg.Type() == "OKP":
		return nil, outcome.Usage("an Ed25519 key has one size: no --bits", "leave it out; for other sizes there are --alg ES256, ES384 and ES512")
	case c.IsSet("bits") && bits <= 0:
		return nil, outcome.Usage("--bits must be more than 0", "leave it out for a good size")
	}
	if alg.Type() == "RSA" && bits > 3072 && terminal.IsTerminal(env.Stderr) {
		env.Note("%s: making an RSA key of %d bits, which can take a while", outcome.Program(), bits)
	}
	key, err := makeKey(m.format, alg, bits)
	if errors.Is(err, keys.ErrWeak) {
		return nil, outcome.Failed(keys.ErrWeak, err.Error(), "leave --bits out for a good size")
	}
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("making a key for %s: %w", alg, err))
	}
	return input.Identify(c, key)
}

func makeKey(format string, alg keys.Algorithm, bits int) (*keys.SigningKey, error) {
	switch {
	case format == "hex":
		text, err := hexSecret(alg, bits)
		if err != nil {
			return nil, err
		}
		return keys.ParseSecret(text, alg)
	case bits == 0:
		return keys.Generate(alg)
	}
	return keyOfSize(alg, bits)
}

// hexSecret makes a secret in hexadecimal. The hex text itself is the secret; it is not
// decoded.
func hexSecret(alg keys.Algorithm, bits int) ([]byte, error) {
	switch {
	case bits == 0:
		bits = hashBits(alg)
	case bits < hashBits(alg):
		return nil, fmt.Errorf("%d bits; %s needs at least %d: %w", bits, alg, hashBits(alg), keys.ErrWeak)
	case bits > 4*keyfile.MaxSize:
		return nil, fmt.Errorf("%d bits: %w", bits, keys.ErrTooLarge)
	}
	secret := make([]byte, (bits+7)/8)
	rand.Read(secret) // never fails
	return []byte(hex.EncodeToString(secret)), nil
}

// hashBits returns the number of random bits of a secret by default: those of its hash.
func hashBits(alg keys.Algorithm) int {
	switch alg {
	case keys.HS384:
		return 384
	case keys.HS512:
		return 512
	}
	return 256
}

// encodeKey encodes the key in its format. It asks for the passphrase if one is needed.
func encodeKey(env *terminal.Env, c *cli.Context, m *newKey) (err error) {
	switch m.format {
	case "pem", "jwks":
		m.private, err = encodePEM(env, c, m)
	case "pkcs1", "sec1":
		m.private, err = keys.MarshalTraditional(m.key)
	case "jwk":
		m.private, err = keys.MarshalJWK(m.key)
	default:
		m.private, err = keys.MarshalSecret(m.key)
	}
	if err != nil {
		return err
	}
	m.private = oneNewline(m.private)
	switch m.format {
	case "raw": // for programs that read standard input to its end
		m.private = input.Chomp(m.private)
	case "env":
		m.private = append([]byte(c.String("env-name")+"="), m.private...)
	}
	if m.key.Algorithm().Type() == "oct" {
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
	m.public = oneNewline(m.public)
	return err
}

func oneNewline(b []byte) []byte { return append(input.Chomp(b), '\n') }

func encodePEM(env *terminal.Env, c *cli.Context, m *newKey) ([]byte, error) {
	if !m.encrypted {
		return keys.MarshalPKCS8(m.key)
	}
	name := m.out
	if name == "" {
		name = "the new key"
	}
	secret, err := input.ReadPassphrase(env, c, name, true)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	return keys.MarshalEncrypted(m.key, secret, keys.KDF{Scrypt: c.String("kdf") == "scrypt"})
}

// saveNew writes the files: the private one first, each completely or not at all.
func saveNew(m *newKey, force bool) error {
	if m.public == nil {
		return keyfile.SavePrivate(m.out, m.private, force)
	}
	return keyfile.SavePair(m.out, m.private, m.out+".pub", m.public, force)
}
