// Package pbe decrypts and encrypts private keys under a passphrase: PKCS #8 with
// PBES2 or PBE-SHA1-3DES, and the older encryption of RFC 1423.
//
// The reader of youmark/pkcs8 is not used. It derives keys at any cost the file
// asks for, panics on an IV or a ciphertext of the wrong length, knows two hashes
// only, and reports every failure as a wrong passphrase. Its ciphers and its writer
// are used.
package pbe

import "encoding/pem"

// Encrypted reports whether the block needs a passphrase.
func Encrypted(b *pem.Block) bool {
	return b.Type == "ENCRYPTED PRIVATE KEY" || b.Headers["Proc-Type"] != ""
}

// Read reads the parameters of an encrypted block, and refuses those that cost too
// much.
func Read(b *pem.Block) (*EncryptedKey, error) {
	if b.Type == "ENCRYPTED PRIVATE KEY" {
		return readEncryptedPKCS8(b.Bytes)
	}
	return readRFC1423(b)
}
