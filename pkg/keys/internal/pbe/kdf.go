package pbe

import (
	"crypto/pbkdf2"
	"fmt"
	"hash"

	"golang.org/x/crypto/scrypt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// The most that deriving a key from a passphrase may cost when reading. A file
// is input: with its own numbers it could keep a process busy for minutes or
// make it use all memory.
const (
	maxIterations   = 10_000_000
	maxScryptMemory = 256 << 20 // bytes of the table
	maxScryptState  = 1 << 20   // bytes beside it
	maxScryptWork   = 1 << 30   // bytes mixed in all
)

// checkIterations bounds PBKDF2 and the KDF of PKCS #12.
func checkIterations(n int) error {
	switch {
	case n < 1:
		return fmt.Errorf("%w: an iteration count of %d", keyerr.Malformed, n)
	case n > maxIterations:
		return fmt.Errorf("%w: %d iterations; at most %d are done", keyerr.TooCostly, n, maxIterations)
	}
	return nil
}

// checkScrypt bounds scrypt (RFC 7914 section 2): a table of 128*N*r bytes is
// mixed p times. Beside it x/crypto holds 256*r bytes for a block and 128*p*r for
// its input, and as many while it makes that: a few KB for the r and p in use, and
// with a large r more than the table. The divisions keep the products from
// overflowing.
func checkScrypt(n, r, p int) error {
	if n < 2 || n&(n-1) != 0 || r < 1 || p < 1 {
		return fmt.Errorf("%w: scrypt with N=%d, r=%d, p=%d", keyerr.Malformed, n, r, p)
	}
	const memory, state, work = maxScryptMemory / 128, maxScryptState / 256, maxScryptWork / 128
	if n > memory/r || p >= state/r || p > work/(n*r) {
		return fmt.Errorf("%w: scrypt with N=%d, r=%d, p=%d; at most 256 MiB are used", keyerr.TooCostly, n, r, p)
	}
	return nil
}

func derivePBKDF2(newHash func() hash.Hash, passphrase, salt []byte, iterations, size int) ([]byte, error) {
	key, err := pbkdf2.Key(newHash, string(passphrase), salt, iterations, size)
	if err != nil {
		return nil, fmt.Errorf("%w: PBKDF2: %w", keyerr.Unsupported, err) // as in FIPS 140 mode
	}
	return key, nil
}

func deriveScrypt(passphrase, salt []byte, n, r, p, size int) ([]byte, error) {
	key, err := scrypt.Key(passphrase, salt, n, r, p, size)
	if err != nil {
		return nil, fmt.Errorf("%w: scrypt: %w", keyerr.Malformed, err)
	}
	return key, nil
}
