package rows

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/crypto/scrypt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// BenchmarkKeys opens an encrypted RSA key, beside the key derivation alone, which
// is slow on purpose. The costs are those that MarshalEncrypted writes by default.
func BenchmarkKeys(b *testing.B) {
	const iterations, n = 600_000, 1 << 14
	password, salt := []byte("a passphrase of some length"), bytes.Repeat([]byte{7}, 16)
	k := keyOf(b, "RS256-2048")
	for _, d := range []struct {
		column string
		kdf    keys.KDF
		cost   int
		derive op
	}{
		{"PBKDF2", keys.KDF{}, iterations, func() error {
			_, err := pbkdf2.Key(sha256.New, string(password), salt, iterations, 32)
			return err
		}},
		{"scrypt", keys.KDF{Scrypt: true}, n, func() error {
			_, err := scrypt.Key(password, salt, n, 8, 1, 32)
			return err
		}},
	} {
		row{d.column, "key derivation alone", false, func() (func() op, error) { return func() op { return d.derive }, nil }}.run(b)
		row{d.column, peers.Loginctl, true, func() (func() op, error) { return opening(k, d.kdf, d.cost, password) }}.run(b)
	}
}

// opening opens a key that is encrypted with the cost of the derivation beside it.
func opening(k fixture.Key, kdf keys.KDF, cost int, password []byte) (func() op, error) {
	key, err := peers.SigningKey(k)
	if err != nil {
		return nil, err
	}
	data, err := keys.MarshalEncrypted(key, password, kdf)
	if err != nil {
		return nil, err
	}
	if info, err := keyfile.Inspect(data); err != nil || info.Iterations != cost {
		return nil, fmt.Errorf("not the cost of the derivation: %+v, %w", info, err)
	}
	if _, err := keys.ParseEncrypted(data, []byte("another passphrase")); !errors.Is(err, keys.ErrWrongPassphrase) {
		return nil, fmt.Errorf("a wrong password is answered with %w", err)
	}
	return func() op {
		return func() error {
			_, err := keys.ParseEncrypted(data, password)
			return err
		}
	}, nil
}
