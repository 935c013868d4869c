package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Load is [Parse] over a file.
func Load(path string) (*SigningKey, error) { return load(path, Parse) }

// LoadEncrypted is [ParseEncrypted] over a file.
func LoadEncrypted(path string, password []byte) (*SigningKey, error) {
	return load(path, func(data []byte) (*SigningKey, error) { return ParseEncrypted(data, password) })
}

// LoadPublic is [ParsePublic] over a file.
func LoadPublic(path string) (*VerificationKey, error) { return load(path, ParsePublic) }

// LoadSecret is [ParseSecret] over a file.
func LoadSecret(path string, alg Algorithm) (*SigningKey, error) {
	return load(path, func(data []byte) (*SigningKey, error) { return ParseSecret(data, alg) })
}

// LoadJWKS is [ParseJWKS] over a file.
func LoadJWKS(path string) (*Set, error) { return load(path, ParseJWKS) }

func load[K any](path string, parse func([]byte) (*K, error)) (*K, error) {
	data, err := ReadFile(path)
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

// ReadFile reads a key file whole: a regular file, or a symbolic link to one,
// of at most [MaxFileSize] bytes. A pipe, a socket, a device or a directory is
// [ErrNotRegular], and is not waited for; a larger file is [ErrTooLarge].
// Clear the bytes after use.
func ReadFile(path string) ([]byte, error) {
	data, err := readRegular(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, pathless(err))
	}
	return data, nil
}

func readRegular(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	switch {
	case noFile(err):
		return nil, ErrNotRegular
	case err != nil:
		return nil, err
	}
	defer f.Close()
	// Of the open file, so that it cannot be another one by then.
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	// One buffer: growing would leave copies of the key behind.
	data := make([]byte, MaxFileSize+1)
	n, err := io.ReadFull(f, data)
	switch {
	case err == nil:
		clear(data)
		return nil, tooLarge()
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		clear(data)
		return nil, err
	}
	return data[:n], nil
}

// pathless is the cause of an error of package os, for a message that has
// the path already.
func pathless(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	var linkError *os.LinkError
	if errors.As(err, &linkError) {
		return linkError.Err
	}
	return err
}
