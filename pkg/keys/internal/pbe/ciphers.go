package pbe

import (
	"github.com/youmark/pkcs8"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// blockCipher is a cipher in CBC mode.
type blockCipher struct {
	name string
	pkcs8.Cipher
}

// cbcCiphers are the supported encryption schemes of PBES2, by OID. The GCM ciphers
// of youmark/pkcs8 are not among them: they compute CBC under the name GCM.
var cbcCiphers = map[string]blockCipher{
	"2.16.840.1.101.3.4.1.2":  {"AES-128-CBC", pkcs8.AES128CBC},
	"2.16.840.1.101.3.4.1.22": {"AES-192-CBC", pkcs8.AES192CBC},
	"2.16.840.1.101.3.4.1.42": {"AES-256-CBC", pkcs8.AES256CBC},
	"1.2.840.113549.3.7":      {"DES-EDE3-CBC", pkcs8.TripleDESCBC},
}

// dekCiphers are the supported ciphers of RFC 1423 PEM, by their openssl names.
var dekCiphers = map[string]blockCipher{
	"AES-128-CBC":  cbcCiphers["2.16.840.1.101.3.4.1.2"],
	"AES-192-CBC":  cbcCiphers["2.16.840.1.101.3.4.1.22"],
	"AES-256-CBC":  cbcCiphers["2.16.840.1.101.3.4.1.42"],
	"DES-EDE3-CBC": cbcCiphers["1.2.840.113549.3.7"],
}

// unsupported is the error for a file whose encryption is not supported. options are
// for openssl.
func unsupported(encryption, options string) error {
	return keyerr.Convert(keyerr.ErrUnsupported, encryption, "re-encrypt it with", "openssl pkcs8 -topk8 -in FILE -out FILE.new"+options)
}

const legacy = " -provider legacy -provider default"

// otherCiphers names ciphers that are not supported.
var otherCiphers = map[string]string{
	"2.16.840.1.101.3.4.1.4": "AES-128-CFB", "2.16.840.1.101.3.4.1.24": "AES-192-CFB", "2.16.840.1.101.3.4.1.44": "AES-256-CFB",
	"2.16.840.1.101.3.4.1.3": "AES-128-OFB", "2.16.840.1.101.3.4.1.23": "AES-192-OFB", "2.16.840.1.101.3.4.1.43": "AES-256-OFB",
	"2.16.840.1.101.3.4.1.6": "AES-128-GCM", "2.16.840.1.101.3.4.1.26": "AES-192-GCM", "2.16.840.1.101.3.4.1.46": "AES-256-GCM",
	"1.2.392.200011.61.1.1.1.2": "Camellia-128-CBC", "1.2.392.200011.61.1.1.1.3": "Camellia-192-CBC", "1.2.392.200011.61.1.1.1.4": "Camellia-256-CBC",
	"1.3.14.3.2.7": "DES-CBC", "1.2.840.113549.3.2": "RC2-CBC",
}

func cipherName(oid string) string {
	if name := otherCiphers[oid]; name != "" {
		return name
	}
	return "the cipher " + keyerr.Truncate(oid)
}

// zeroingCipher clears the derived key and the plain key after use: youmark/pkcs8
// would leave both in memory.
type zeroingCipher struct{ pkcs8.Cipher }

func (c zeroingCipher) Encrypt(key, iv, plaintext []byte) ([]byte, error) {
	defer clear(key)
	defer clear(plaintext)
	return c.Cipher.Encrypt(key, iv, plaintext)
}
