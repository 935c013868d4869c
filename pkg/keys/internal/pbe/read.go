package pbe

import "encoding/pem"

// Encrypted reports whether a block needs a passphrase.
func Encrypted(b *pem.Block) bool {
	return b.Type == "ENCRYPTED PRIVATE KEY" || b.Headers["Proc-Type"] != ""
}

// Read reads the parameters of an encrypted block.
func Read(b *pem.Block) (*EncryptedKey, error) {
	if b.Type == "ENCRYPTED PRIVATE KEY" {
		return readEncryptedPKCS8(b.Bytes)
	}
	return readRFC1423(b)
}
