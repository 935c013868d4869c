package rows

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"testing"

	"golang.org/x/crypto/scrypt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// BenchmarkKeys opens an encrypted RSA key, beside the key derivation alone, which
// is slow on purpose. The costs are those that MarshalEncrypted writes by default.
func BenchmarkKeys(b *testing.B) {
	const iterations, n = 600_000, 1 << 14
	password, salt := []byte("a passphrase of some length"), bytes.Repeat([]byte{7}, 16)
	for _, d := range []struct {
		column string
		kdf    keys.KDF
		derive op
	}{
		{"PBKDF2", keys.KDF{Iterations: iterations}, func() error {
			_, err := pbkdf2.Key(sha256.New, string(password), salt, iterations, 32)
			return err
		}},
		{"scrypt", keys.KDF{Scrypt: true, N: n}, func() error {
			_, err := scrypt.Key(password, salt, n, 8, 1, 32)
			return err
		}},
	} {
		run(b, row{d.column, "key derivation alone", func() func() op { return func() op { return d.derive } }},
			row{d.column, "loginctl", func() func() op { return opening(d.kdf, password) }})
	}
}

// opening opens a key that is encrypted with the cost of the derivation beside it.
func opening(kdf keys.KDF, password []byte) func() op {
	key := peers.SigningKey(fixture.Open("RS256-2048", folder))
	data := fixture.Must(keys.MarshalEncrypted(key, password, kdf))
	return func() op {
		return func() error { _, err := keys.ParseEncrypted(data, password); return err }
	}
}
