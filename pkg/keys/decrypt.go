package keys

import (
	"bytes"
	"encoding/pem"
	"fmt"

	"github.com/youmark/pkcs8"
)

// sealed is an encrypted private key whose parameters are read and within
// bounds: nothing that is left to do can panic or run for long.
//
// The reader of pkcs8 is not used. It derives a key at whatever cost the
// file asks for, panics on an IV or a ciphertext of the wrong length, knows two
// of the hashes, and calls every failure a wrong password. Its ciphers and its
// writer are used.
type sealed struct {
	kdf     string // as in [Info]
	cost    int    // iterations, or scrypt's N
	block   int    // scrypt's r
	cipher  blockCipher
	data    []byte // a whole number of blocks
	warning string
	// derive returns the cipher's key and IV.
	derive func(password []byte) (key, iv []byte, err error)
}

// blockCipher is a cipher in CBC mode.
type blockCipher struct {
	name string
	pkcs8.Cipher
}

// encrypted reports whether a block needs a password.
func encrypted(b *pem.Block) bool {
	return b.Type == "ENCRYPTED PRIVATE KEY" || b.Headers["Proc-Type"] != ""
}

// readSealed reads the parameters of an encrypted block.
func readSealed(b *pem.Block) (*sealed, error) {
	if b.Type == "ENCRYPTED PRIVATE KEY" {
		return readEncryptedPKCS8(b.Bytes)
	}
	return readRFC1423(b)
}

func decryptBlock(b *pem.Block, password []byte) (*SigningKey, error) {
	if !encrypted(b) {
		if _, ok := privateFormats[b.Type]; ok {
			return nil, ErrNotEncrypted
		}
		return nil, notPrivateBlock(b)
	}
	s, err := readSealed(b)
	if err != nil {
		return nil, err
	}
	if len(password) == 0 {
		return nil, ErrPasswordRequired
	}
	plain, err := s.open(password)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	format, ok := privateFormats[b.Type]
	if !ok {
		format = privateFormats["PRIVATE KEY"]
	}
	private, err := format.parse(plain)
	if err != nil {
		return nil, err
	}
	k, err := newPrivate(private)
	if err != nil || s.warning == "" {
		return k, err
	}
	return newSigningKey(signingMaterial{public: k.m.public, private: k.m.private, warnings: []string{s.warning}}), nil
}

// open returns the DER of the key, which the caller clears.
func (s *sealed) open(password []byte) ([]byte, error) {
	key, iv, err := s.derive(password)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	plain, err := s.cipher.Decrypt(key, iv, s.data)
	if err != nil {
		return nil, malformed("encrypted key")
	}
	size := derKeySize(plain)
	padding := len(plain) - size
	if size == 0 {
		clear(plain)
		return nil, ErrWrongPassword
	}
	if padding < 1 || padding > len(iv) || bytes.Count(plain[size:], []byte{byte(padding)}) != padding {
		clear(plain)
		return nil, fmt.Errorf("%w: the password is right and the end of the file is damaged", ErrMalformed)
	}
	return plain[:size], nil
}

// derKeySize returns how long the private key is that b begins with: a
// SEQUENCE whose first member is the INTEGER 0 or 1, and whose second begins as
// in one of the formats read here. It returns 0 when b begins otherwise, which
// after a wrong password it does but for one chance in 2^38.
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
