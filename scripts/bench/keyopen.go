package main

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/crypto/scrypt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/scripts/bench/measure"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// Rows and columns of the group, and the derivations' costs: those that
// MarshalEncrypted writes by default.
const (
	bareDerivation = "key derivation alone"
	pbkdf2Column   = "PBKDF2-SHA256, 600,000"
	scryptColumn   = "scrypt, 2^14"

	iterations = 600_000
	scryptN    = 1 << 14
)

// runKeys measures opening an encrypted key beside the derivation alone, which
// is there to be slow.
func runKeys(b *bench) error {
	password, salt := []byte("a passphrase of some length"), bytes.Repeat([]byte{7}, 16)
	rows := []measure.Row{
		{Name: bareDerivation, Column: pbkdf2Column, New: func() measure.Op {
			return func() error {
				_, err := pbkdf2.Key(sha256.New, string(password), salt, iterations, 32)
				return err
			}
		}},
		{Name: bareDerivation, Column: scryptColumn, New: func() measure.Op {
			return func() error {
				_, err := scrypt.Key(password, salt, scryptN, 8, 1, 32)
				return err
			}
		}},
	}
	for _, d := range []derivation{
		{pbkdf2Column, keys.KDF{}, iterations},
		{scryptColumn, keys.KDF{Scrypt: true}, scryptN},
	} {
		row, err := b.openRow(d, password)
		if err != nil {
			return fmt.Errorf("%s: %w", d.column, err)
		}
		rows = append(rows, row)
	}
	return b.measure("keys", rows, false)
}

// derivation is one way to make a key of a password.
type derivation struct {
	column string
	kdf    keys.KDF
	cost   int // as keys.Info.Iterations says it
}

// openRow opens an RSA key that is encrypted with the cost of the bare row.
func (b *bench) openRow(d derivation, password []byte) (measure.Row, error) {
	key, err := peers.SigningKey(b.key("RS256-2048"))
	if err != nil {
		return measure.Row{}, err
	}
	data, err := keys.MarshalEncrypted(key, password, d.kdf)
	if err != nil {
		return measure.Row{}, err
	}
	if info, err := keys.Inspect(data); err != nil || info.Iterations != d.cost {
		return measure.Row{}, fmt.Errorf("not the cost of the bare row: %+v, %w", info, err)
	}
	if _, err := keys.ParseEncrypted(data, []byte("another passphrase")); !errors.Is(err, keys.ErrWrongPassword) {
		return measure.Row{}, fmt.Errorf("a wrong password is answered with %w", err)
	}
	return measure.Row{Name: peers.Loginctl, Column: d.column, New: func() measure.Op {
		return func() error {
			_, err := keys.ParseEncrypted(data, password)
			return err
		}
	}}, nil
}
