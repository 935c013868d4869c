package pbe

import (
	"bytes"
	"crypto/sha1"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// readPBESHA13DES reads the parameters of pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292
// appendix C), which OpenSSL 1 and Java wrote.
func (e *EncryptedKey) readPBESHA13DES(in cryptobyte.String) error {
	var seq, salt cryptobyte.String
	var iterations int
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&salt, tag.OCTET_STRING) {
		return keyerr.Unreadable("PBE parameters")
	}
	if err := readCount(&seq, &iterations); err != nil {
		return err
	}
	if !seq.Empty() || len(salt) == 0 {
		return keyerr.Unreadable("PBE parameters")
	}
	e.KDF, e.Cost, e.cipher = "PBE-SHA1-3DES", iterations, cbcCiphers["1.2.840.113549.3.7"]
	e.Warning = "encrypted with PBE-SHA1-3DES, which is weak: save it again with a new encryption"
	salt = bytes.Clone(salt)
	e.derive = func(passphrase []byte) ([]byte, []byte, error) {
		text := bmpString(passphrase)
		defer clear(text)
		key := derivePKCS12(text, salt, 1, iterations, e.cipher.KeySize())
		return key, derivePKCS12(text, salt, 2, iterations, e.cipher.IVSize()), nil
	}
	return checkIterations(iterations)
}

// bmpString encodes a passphrase for PKCS #12: UTF-16, big endian, with a final zero
// (RFC 7292 appendix B.1). Bytes that are not valid UTF-8 are read as Latin-1, as
// openssl does.
func bmpString(passphrase []byte) []byte {
	var units []uint16
	if utf8.Valid(passphrase) {
		for rest := passphrase; len(rest) > 0; {
			r, n := utf8.DecodeRune(rest)
			units = utf16.AppendRune(units, r)
			rest = rest[n:]
		}
	} else {
		for _, b := range passphrase {
			units = append(units, uint16(b))
		}
	}
	defer clear(units)
	text := make([]byte, 0, 2*len(units)+2)
	for _, u := range append(units, 0) {
		text = append(text, byte(u>>8), byte(u))
	}
	return text
}

// derivePKCS12 is the key derivation of PKCS #12 with SHA-1 (RFC 7292 appendix
// B.2). id selects the output: 1 for a key, 2 for an IV.
func derivePKCS12(passphrase, salt []byte, id byte, iterations, size int) []byte {
	const v = sha1.BlockSize
	d := bytes.Repeat([]byte{id}, v)
	filled := fillBlocks(passphrase, v)
	defer clear(filled)
	i := slices.Concat(fillBlocks(salt, v), filled)
	defer clear(i)
	var derived []byte
	for {
		block := slices.Concat(d, i)
		a := sha1.Sum(block)
		clear(block)
		for range iterations - 1 {
			a = sha1.Sum(a[:])
		}
		if derived = append(derived, a[:]...); len(derived) >= size {
			return derived[:size]
		}
		addToBlocks(i, fillBlocks(a[:], v)[:v])
	}
}

// fillBlocks repeats b to fill whole blocks of v bytes.
func fillBlocks(b []byte, v int) []byte {
	size := (len(b) + v - 1) / v * v
	return bytes.Repeat(b, size/max(len(b), 1)+1)[:size]
}

// addToBlocks adds b+1 to each block of i, as big-endian numbers modulo the block
// size.
func addToBlocks(i, b []byte) {
	for block := i; len(block) > 0; block = block[len(b):] {
		carry := 1
		for at := len(b) - 1; at >= 0; at-- {
			carry += int(block[at]) + int(b[at])
			block[at] = byte(carry)
			carry >>= 8
		}
	}
}
