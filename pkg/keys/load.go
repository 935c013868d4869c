package keys

import (
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Load is [Parse] over a file. Every Load function reads with [keyfile.Read]: a file
// over [keyfile.MaxSize] is [ErrTooLarge], a pipe, a socket, a device or a directory
// is [keyfile.ErrNotRegular], and a missing file is [io/fs.ErrNotExist].
func Load(path string) (*SigningKey, error) { return load(path, Parse) }

// LoadEncrypted is [ParseEncrypted] over a file.
func LoadEncrypted(path string, passphrase []byte) (*SigningKey, error) {
	return load(path, func(data []byte) (*SigningKey, error) { return ParseEncrypted(data, passphrase) })
}

// LoadPublic is [ParsePublic] over a file.
func LoadPublic(path string) (*VerificationKey, error) { return load(path, ParsePublic) }

// LoadSecret is [ParseSecret] over a file.
func LoadSecret(path string, alg Algorithm) (*SigningKey, error) {
	return load(path, func(data []byte) (*SigningKey, error) { return ParseSecret(data, alg) })
}

// LoadJWKS is [ParseJWKS] over a file, of at most 512 KiB.
func LoadJWKS(path string) (*Set, error) { return loadUpTo(path, maxJWKSBytes, ParseJWKS) }

func load[K any](path string, parse func([]byte) (*K, error)) (*K, error) {
	return loadUpTo(path, keyfile.MaxSize, parse)
}

func loadUpTo[K any](path string, limit int, parse func([]byte) (*K, error)) (*K, error) {
	data, err := keyfile.ReadUpTo(path, limit)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	k, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return k, nil
}
