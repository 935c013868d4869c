package pbe

import (
	"crypto"
	"fmt"

	"github.com/youmark/pkcs8"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

const (
	defaultIterations = 600_000 // the recommendation of OWASP for PBKDF2-HMAC-SHA256
	defaultScryptN    = 1 << 14 // openssl refuses a larger N
	saltSize          = 16
)

// Derivation derives the key that a private key is encrypted with.
type Derivation struct{ options pkcs8.KDFOpts }

// PBKDF2 returns PBKDF2-HMAC-SHA256 with that many iterations, by default 600,000.
// Fewer are [keyerr.ErrWeak]; more than [Read] accepts are [keyerr.ErrTooCostly].
func PBKDF2(iterations int) (Derivation, error) {
	if iterations == 0 {
		iterations = defaultIterations
	}
	if iterations < defaultIterations {
		return Derivation{}, fmt.Errorf("%w: PBKDF2 with %d iterations; the minimum is %d", keyerr.ErrWeak, iterations, defaultIterations)
	}
	options := pkcs8.PBKDF2Opts{SaltSize: saltSize, IterationCount: iterations, HMACHash: crypto.SHA256}
	return Derivation{options}, checkIterations(iterations)
}

// Scrypt returns scrypt with N=n, r=8 and p=1, by default with N=2^14. A smaller N
// is [keyerr.ErrWeak]; a larger one than [Read] accepts is [keyerr.ErrTooCostly].
func Scrypt(n int) (Derivation, error) {
	if n == 0 {
		n = defaultScryptN
	}
	if n < defaultScryptN {
		return Derivation{}, fmt.Errorf("%w: scrypt with N=%d; the minimum is %d", keyerr.ErrWeak, n, defaultScryptN)
	}
	options := pkcs8.ScryptOpts{SaltSize: saltSize, CostParameter: n, BlockSize: 8, ParallelizationParameter: 1}
	return Derivation{options}, checkScrypt(n, 8, 1)
}

// Encrypt returns private as the DER of encrypted PKCS #8: PBES2 (RFC 8018) with
// AES-256-CBC and a random salt of 16 bytes. An empty passphrase is
// [keyerr.ErrPassphraseRequired].
func Encrypt(private crypto.Signer, passphrase []byte, d Derivation) ([]byte, error) {
	if len(passphrase) == 0 {
		return nil, keyerr.ErrPassphraseRequired // for a nil passphrase pkcs8 writes the key in the clear
	}
	options := &pkcs8.Opts{Cipher: zeroingCipher{pkcs8.AES256CBC}, KDFOpts: d.options}
	return pkcs8.MarshalPrivateKey(private, passphrase, options)
}
