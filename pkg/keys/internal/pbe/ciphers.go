package pbe

import (
	"github.com/youmark/pkcs8"
)

// blockCipher is a cipher in CBC mode.
type blockCipher struct {
	name string
	pkcs8.Cipher
}

// cbcCiphers are the encryption schemes of PBES2 that are read. The GCM of
// pkcs8 is not among them: it is CBC under another name.
var cbcCiphers = map[string]blockCipher{
	"2.16.840.1.101.3.4.1.2":  {"AES-128-CBC", pkcs8.AES128CBC},
	"2.16.840.1.101.3.4.1.22": {"AES-192-CBC", pkcs8.AES192CBC},
	"2.16.840.1.101.3.4.1.42": {"AES-256-CBC", pkcs8.AES256CBC},
	"1.2.840.113549.3.7":      {"DES-EDE3-CBC", pkcs8.TripleDESCBC},
}

// dekCiphers are the ciphers of RFC 1423 PEM that are read, under openssl's names.
var dekCiphers = map[string]blockCipher{
	"AES-128-CBC":  cbcCiphers["2.16.840.1.101.3.4.1.2"],
	"AES-192-CBC":  cbcCiphers["2.16.840.1.101.3.4.1.22"],
	"AES-256-CBC":  cbcCiphers["2.16.840.1.101.3.4.1.42"],
	"DES-EDE3-CBC": cbcCiphers["1.2.840.113549.3.7"],
}

// zeroingCipher clears the derived key and the plain key after use: pkcs8 would
// leave both in memory.
type zeroingCipher struct{ pkcs8.Cipher }

func (c zeroingCipher) Encrypt(key, iv, plaintext []byte) ([]byte, error) {
	defer clear(key)
	defer clear(plaintext)
	return c.Cipher.Encrypt(key, iv, plaintext)
}
