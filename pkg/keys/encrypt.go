package keys

import (
	"crypto"
	"fmt"

	"github.com/youmark/pkcs8"
)

const (
	defaultIterations = 600_000 // OWASP's figure for PBKDF2-HMAC-SHA256
	defaultScryptN    = 1 << 14 // the most that openssl reads
	saltSize          = 16
)

// KDF derives the key that encrypts a PKCS #8 file. The zero value is
// PBKDF2-HMAC-SHA256 with 600,000 iterations. A lower cost is [ErrWeak], one
// that this package would not read again [ErrTooCostly].
type KDF struct {
	Scrypt     bool // scrypt with r=8, p=1 in place of PBKDF2
	Iterations int  // PBKDF2: zero means 600,000, and never fewer
	N          int  // scrypt, a power of two: zero means 2^14, the most that openssl reads, and never less
}

// MarshalEncrypted returns k as an encrypted PKCS #8 PEM block (PBES2, RFC 8018,
// AES-256-CBC, 16-byte salt), which openssl and most others read. An empty
// password is [ErrPasswordRequired]: the key is never written in the clear.
func MarshalEncrypted(k *SigningKey, password []byte, kdf KDF) ([]byte, error) {
	if err := exportable(k); err != nil {
		return nil, err
	}
	if len(password) == 0 {
		return nil, ErrPasswordRequired
	}
	options, err := kdf.options()
	if err != nil {
		return nil, err
	}
	der, err := pkcs8.MarshalPrivateKey(k.m.private(), password, &pkcs8.Opts{Cipher: forgetful{pkcs8.AES256CBC}, KDFOpts: options})
	return pemBlock("ENCRYPTED PRIVATE KEY", der, err)
}

func (f KDF) options() (pkcs8.KDFOpts, error) {
	if f.Scrypt {
		n := f.N
		if n == 0 {
			n = defaultScryptN
		}
		if f.Iterations != 0 {
			return nil, fmt.Errorf("%w: scrypt has an N and no iterations", ErrUnsupported)
		}
		if n < defaultScryptN {
			return nil, fmt.Errorf("%w: scrypt with N=%d; at least %d is written", ErrWeak, n, defaultScryptN)
		}
		return pkcs8.ScryptOpts{SaltSize: saltSize, CostParameter: n, BlockSize: 8, ParallelizationParameter: 1}, checkScrypt(n, 8, 1)
	}
	n := f.Iterations
	if n == 0 {
		n = defaultIterations
	}
	if f.N != 0 {
		return nil, fmt.Errorf("%w: PBKDF2 has iterations and no N; set Scrypt", ErrUnsupported)
	}
	if n < defaultIterations {
		return nil, fmt.Errorf("%w: PBKDF2 with %d iterations; at least %d are written", ErrWeak, n, defaultIterations)
	}
	return pkcs8.PBKDF2Opts{SaltSize: saltSize, IterationCount: n, HMACHash: crypto.SHA256}, checkIterations(n)
}

// forgetful is a cipher that clears the derived key and the plain key, which
// pkcs8 hands to it and would leave in memory.
type forgetful struct{ pkcs8.Cipher }

func (c forgetful) Encrypt(key, iv, plaintext []byte) ([]byte, error) {
	defer clear(key)
	defer clear(plaintext)
	return c.Cipher.Encrypt(key, iv, plaintext)
}
