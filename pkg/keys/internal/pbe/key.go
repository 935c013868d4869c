package pbe

import (
	"bytes"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// EncryptedKey is an encrypted private key with checked parameters:
// [EncryptedKey.Open] cannot panic, and its cost is bounded.
type EncryptedKey struct {
	KDF     string // as in keyfile.Info
	Cost    int    // iterations, or N of scrypt
	block   int    // r of scrypt
	cipher  blockCipher
	data    []byte // a whole number of blocks
	Warning string
	// derive returns the key and the IV of the cipher.
	derive func(passphrase []byte) (key, iv []byte, err error)
}

// Cipher returns the name of the cipher, such as "AES-256-CBC".
func (e *EncryptedKey) Cipher() string { return e.cipher.name }

func (e *EncryptedKey) checkData() error {
	if size := e.cipher.IVSize(); len(e.data) == 0 || len(e.data)%size != 0 {
		return fmt.Errorf("%w: the encrypted key is not a whole number of blocks", keyerr.ErrMalformed)
	}
	return nil
}

// Open returns the DER of the private key. The caller clears it. A wrong passphrase
// is [keyerr.ErrWrongPassphrase], unless the beginning decrypts to a key.
func (e *EncryptedKey) Open(passphrase []byte) ([]byte, error) {
	key, iv, err := e.derive(passphrase)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	plain, err := e.cipher.Decrypt(key, iv, e.data)
	if err != nil {
		return nil, keyerr.Unreadable("encrypted key")
	}
	size := derKeySize(plain)
	padding := len(plain) - size
	if size == 0 {
		clear(plain)
		return nil, keyerr.ErrWrongPassphrase
	}
	if padding < 1 || padding > len(iv) || bytes.Count(plain[size:], []byte{byte(padding)}) != padding {
		clear(plain)
		return nil, fmt.Errorf("%w: the passphrase is right, but the end of the file is damaged", keyerr.ErrMalformed)
	}
	return plain[:size], nil
}

// derKeySize returns the length of the private key at the beginning of b: a
// SEQUENCE whose first member is the INTEGER 0 or 1, and whose second member has
// the tag of a supported format. It returns 0 for anything else. A wrong passphrase
// passes this check with probability 2^-38.
func derKeySize(b []byte) int {
	if len(b) < 8 || b[0] != 0x30 {
		return 0
	}
	header, size := 2, int(b[1])
	switch {
	case b[1] == 0x81:
		header, size = 3, int(b[2])
	case b[1] == 0x82:
		header, size = 4, int(b[2])<<8|int(b[3])
	case b[1] >= 0x80:
		return 0
	}
	version, next := b[header:header+3], b[header+3]
	if version[0] != 2 || version[1] != 1 || version[2] > 1 {
		return 0
	}
	switch next {
	case 0x30, 0x02, 0x04: // PKCS #8's algorithm, PKCS #1's modulus, SEC 1's scalar
		return header + size
	}
	return 0
}
