package keyfile

import (
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/textform"
)

// Load is [keys.Parse] over a file. Every Load function reads with [Read]: a file over
// [MaxSize] is [keys.ErrTooLarge], a pipe, a socket, a device or a directory is
// [ErrNotRegular], and a missing file is [io/fs.ErrNotExist].
func Load(path string) (*keys.SigningKey, error) { return load(path, MaxSize, keys.Parse) }

// LoadEncrypted is [keys.ParseEncrypted] over a file.
func LoadEncrypted(path string, passphrase []byte) (*keys.SigningKey, error) {
	return load(path, MaxSize, func(data []byte) (*keys.SigningKey, error) { return keys.ParseEncrypted(data, passphrase) })
}

// LoadPublic is [keys.ParsePublic] over a file.
func LoadPublic(path string) (*keys.VerificationKey, error) {
	return load(path, MaxSize, keys.ParsePublic)
}

// LoadSecret is [keys.ParseSecret] over a file.
func LoadSecret(path string, alg keys.Algorithm) (*keys.SigningKey, error) {
	return load(path, MaxSize, func(data []byte) (*keys.SigningKey, error) { return keys.ParseSecret(data, alg) })
}

// LoadJWKS is [keys.ParseJWKS] without options over a file, of at most 512 KiB.
func LoadJWKS(path string) (*keys.Set, error) {
	return load(path, keytext.MaxSetSize, func(data []byte) (*keys.Set, error) { return keys.ParseJWKS(data, nil) })
}

func load[K any](path string, limit int, parse func([]byte) (*K, error)) (*K, error) {
	data, err := ReadUpTo(path, limit)
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

// EnvValue returns the value of name in an env file, for [keys.ParseSecret] and the
// other functions that read a key: lines NAME=value, with export before them or not,
// comments, and quotes around a value, which may have several lines then. A name that
// is not there is [keys.ErrNoKey], one that is there twice [keys.ErrMalformed]. The
// result shares the memory of data.
func EnvValue(data []byte, name string) ([]byte, error) {
	value, ok, twice := textform.EnvValue(data, name)
	switch {
	case twice:
		return nil, fmt.Errorf("%w: the env file has that name twice; keep one", keys.ErrMalformed)
	case !ok || len(value) == 0:
		return nil, fmt.Errorf("%w: the env file has no value of that name", keys.ErrNoKey)
	}
	return value, nil
}
