package pbe

import (
	"crypto/pbkdf2"
	"fmt"
	"hash"

	"golang.org/x/crypto/scrypt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Ceilings on the cost of deriving a key from a passphrase. The costs come from the
// file: without a ceiling, one file could keep a process busy for minutes or use
// all its memory.
const (
	maxIterations   = 10_000_000
	maxScryptMemory = 256 << 20 // bytes of the table
	maxScryptState  = 1 << 20   // bytes in addition to the table
	maxScryptWork   = 1 << 30   // bytes mixed in total
)

// checkIterations bounds PBKDF2 and the KDF of PKCS #12.
func checkIterations(n int) error {
	switch {
	case n < 1:
		return fmt.Errorf("%w: an iteration count of %d", keyerr.ErrMalformed, n)
	case n > maxIterations:
		return fmt.Errorf("%w: %d iterations; the maximum is %d", keyerr.ErrTooCostly, n, maxIterations)
	}
	return nil
}

// checkScrypt bounds scrypt (RFC 7914 section 2), which mixes a table of 128*N*r
// bytes p times. In addition, x/crypto allocates 256*r bytes for a block and twice
// 128*p*r bytes for its input: a few KB for usual parameters, but more than the
// table for a large r. The checks divide, because the products could overflow.
func checkScrypt(n, r, p int) error {
	if n < 2 || n&(n-1) != 0 || r < 1 || p < 1 {
		return fmt.Errorf("%w: scrypt with N=%d, r=%d, p=%d", keyerr.ErrMalformed, n, r, p)
	}
	const memory, state, work = maxScryptMemory / 128, maxScryptState / 256, maxScryptWork / 128
	if n > memory/r || p >= state/r || p > work/(n*r) {
		return fmt.Errorf("%w: scrypt with N=%d, r=%d, p=%d; the maximum is 256 MiB of memory", keyerr.ErrTooCostly, n, r, p)
	}
	return nil
}

func derivePBKDF2(newHash func() hash.Hash, passphrase, salt []byte, iterations, size int) ([]byte, error) {
	key, err := pbkdf2.Key(newHash, string(passphrase), salt, iterations, size)
	if err != nil {
		return nil, fmt.Errorf("%w: PBKDF2: %w", keyerr.ErrUnsupported, err) // as in FIPS 140 mode
	}
	return key, nil
}

func deriveScrypt(passphrase, salt []byte, n, r, p, size int) ([]byte, error) {
	key, err := scrypt.Key(passphrase, salt, n, r, p, size)
	if err != nil {
		return nil, fmt.Errorf("%w: scrypt: %w", keyerr.ErrMalformed, err)
	}
	return key, nil
}
