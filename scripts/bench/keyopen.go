package main

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"errors"
	"fmt"
	"os/exec"

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
	if err := b.measure("keys", rows, false); err != nil {
		return err
	}
	return b.opensslOpens(password)
}

// opensslOpens says what a whole openssl process takes for the same, where it is installed.
func (b *bench) opensslOpens(password []byte) error {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		return nil
	}
	p, err := newPrograms()
	if err != nil {
		return err
	}
	defer p.close()
	key, err := peers.SigningKey(b.key("RS256-2048"))
	if err != nil {
		return err
	}
	data, err := keys.MarshalEncrypted(key, password, keys.KDF{})
	if err != nil {
		return err
	}
	file, err := p.write("encrypted.pem", data)
	if err != nil {
		return err
	}
	secret, err := p.write("password", password)
	if err != nil {
		return err
	}
	c := command{name: "openssl pkey", args: []string{openssl, "pkey", "-in", file, "-passin", "file:" + secret, "-noout"}}
	if err := b.runRounds("keys", p, []command{c}, b.rounds); err != nil {
		return err
	}
	spent := b.book.values[entry{"keys", c.name, "", cpu}]
	_, err = fmt.Fprintf(b.out, "openssl pkey opens the PBKDF2 file in %s ns of CPU, the whole process.\n\n", number(spent))
	return err
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
	if _, err := keys.ParseEncrypted(data, []byte("another passphrase")); !errors.Is(err, keys.ErrWrongPassphrase) {
		return measure.Row{}, fmt.Errorf("a wrong passphrase is answered with %w", err)
	}
	return measure.Row{Name: peers.Loginctl, Column: d.column, New: func() measure.Op {
		return func() error {
			_, err := keys.ParseEncrypted(data, password)
			return err
		}
	}}, nil
}
