//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

var scenarios = []scenario{
	{
		name: "keygen", share: 1, files: []string{"k.pem", "k.pem.pub"},
		prepare: func(string, func(...string) error) error { return nil },
		args:    []string{"keygen", "-q", "--alg", "ES256", "--no-passphrase", "-o", "k.pem"},
		check:   func(dir string) (bool, error) { return pair(dir, nil) },
		// A killed one may have left a key, which only --force replaces.
		again: func(bool) []string {
			return []string{"keygen", "-q", "--alg", "ES256", "--no-passphrase", "--force", "-o", "k.pem"}
		},
	},
	{
		name: "keygen --force", share: 1, files: []string{"k.pem", "k.pem.pub", "old"},
		prepare: func(dir string, loginctl func(...string) error) error {
			if err := loginctl("keygen", "-q", "--alg", "ES256", "--no-passphrase", "-o", "k.pem"); err != nil {
				return err
			}
			return copyFile(dir, "k.pem", "old")
		},
		args: []string{"keygen", "-q", "--alg", "EdDSA", "--no-passphrase", "--force", "-o", "k.pem"},
		check: func(dir string) (bool, error) {
			old, err := os.ReadFile(filepath.Join(dir, "old"))
			if err != nil {
				return false, err
			}
			return pair(dir, old)
		},
	},
	{
		name: "jwks rotate", share: 1, files: []string{"a.pem", "a.pem.pub", "b.pem", "b.pem.pub", "new", "old", "set.json"},
		prepare: func(dir string, loginctl func(...string) error) error {
			return errors.Join(
				loginctl("keygen", "-q", "--alg", "ES256", "--no-passphrase", "-o", "a.pem"),
				loginctl("keygen", "-q", "--alg", "ES256", "--no-passphrase", "-o", "b.pem"),
				loginctl("jwks", "new", "-q", "a.pem.pub", "-o", "set.json"),
				copyFile(dir, "set.json", "old"), copyFile(dir, "set.json", "new"),
				loginctl("jwks", "rotate", "-q", "new", "b.pem"),
			)
		},
		args:  []string{"jwks", "rotate", "-q", "set.json", "b.pem"},
		check: func(dir string) (bool, error) { return oldOrNew(dir, "set.json") },
	},
	{
		name: "key passwd", share: 10, files: []string{"k.pem", "k.pem.pub", "old", "one", "two"},
		prepare: func(dir string, loginctl func(...string) error) error {
			return errors.Join(
				os.WriteFile(filepath.Join(dir, "one"), []byte("the passphrase before"), 0o600),
				os.WriteFile(filepath.Join(dir, "two"), []byte("the passphrase after"), 0o600),
				loginctl("keygen", "-q", "--alg", "ES256", "--passphrase-file", "one", "-o", "k.pem"),
				copyFile(dir, "k.pem", "old"),
			)
		},
		args:  []string{"key", "passwd", "-q", "k.pem", "--passphrase-file", "one", "--new-passphrase-file", "two"},
		check: passwd,
		again: func(isNew bool) []string {
			now := "one"
			if isNew {
				now = "two"
			}
			return []string{"key", "passwd", "-q", "k.pem", "--passphrase-file", now, "--new-passphrase-file", "two"}
		},
	},
}

// pair looks at k.pem and k.pem.pub: whole, private to its owner, and of one
// another. Before there was old, or with nil nothing.
func pair(dir string, old []byte) (isNew bool, _ error) {
	path := filepath.Join(dir, "k.pem")
	private, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && old == nil {
		if _, err := os.Lstat(path + ".pub"); !errors.Is(err, fs.ErrNotExist) {
			return false, errors.New("a public key without its private one")
		}
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		return false, fmt.Errorf("mode %v (%v)", info.Mode(), err)
	}
	key, err := keys.Parse(private)
	if err != nil {
		return false, fmt.Errorf("the private key: %w", err)
	}
	isNew = !bytes.Equal(private, old)
	public, err := keyfile.LoadPublic(path + ".pub")
	if errors.Is(err, fs.ErrNotExist) {
		return isNew, nil // the private key alone has all there is to know
	}
	if err != nil {
		return false, fmt.Errorf("the public key: %w", err)
	}
	if !public.Equal(key.VerificationKey()) {
		return false, errors.New("the two halves are of different keys")
	}
	return isNew, nil
}

// oldOrNew compares a file with the two that it may be.
func oldOrNew(dir, name string) (isNew bool, _ error) {
	var data [3][]byte
	for i, name := range []string{name, "old", "new"} {
		var err error
		if data[i], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return false, err
		}
	}
	if !bytes.Equal(data[0], data[1]) && !bytes.Equal(data[0], data[2]) {
		return false, errors.New("neither the old file nor the new one")
	}
	return bytes.Equal(data[0], data[2]), nil
}

// passwd opens k.pem with the old passphrase, or the new one; the key must be the same.
func passwd(dir string) (isNew bool, _ error) {
	public, err := keyfile.LoadPublic(filepath.Join(dir, "k.pem.pub"))
	if err != nil {
		return false, err
	}
	old, err1 := os.ReadFile(filepath.Join(dir, "old"))
	now, err2 := os.ReadFile(filepath.Join(dir, "k.pem"))
	if err := errors.Join(err1, err2); err != nil {
		return false, err
	}
	if bytes.Equal(old, now) {
		return false, nil
	}
	key, err := keys.ParseEncrypted(now, []byte("the passphrase after"))
	if err != nil {
		return false, err
	}
	if !key.VerificationKey().Equal(public) {
		return false, errors.New("another key")
	}
	return true, nil
}

func copyFile(dir, from, to string) error {
	data, err := os.ReadFile(filepath.Join(dir, from))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, to), data, 0o600)
}

// extra lists the files that are there beside those named.
func extra(dir string, named []string) (found []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return []string{err.Error()}
	}
	for _, entry := range entries {
		if !slices.Contains(named, entry.Name()) {
			found = append(found, entry.Name())
		}
	}
	return found
}
