package pbe

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// readPBES2 reads PBES2-params (RFC 8018 appendix A.4).
func (e *EncryptedKey) readPBES2(in cryptobyte.String) error {
	var seq, kdf, scheme cryptobyte.String
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&kdf, tag.SEQUENCE) ||
		!seq.ReadASN1(&scheme, tag.SEQUENCE) || !seq.Empty() {
		return keyerr.Unreadable("PBES2 parameters")
	}
	oid, parameters, err := readScheme(scheme)
	if err != nil {
		return err
	}
	known, ok := cbcCiphers[oid]
	if !ok {
		return unsupported("encrypted with "+cipherName(oid)+"; supported are AES-CBC and 3DES-CBC", "")
	}
	var iv cryptobyte.String
	if !parameters.ReadASN1(&iv, tag.OCTET_STRING) || !parameters.Empty() || len(iv) != known.IVSize() {
		return keyerr.Unreadable("initialization vector")
	}
	e.cipher = known
	derive, err := e.readKDF(kdf)
	if err != nil {
		return err
	}
	iv = bytes.Clone(iv)
	e.derive = func(passphrase []byte) ([]byte, []byte, error) {
		key, err := derive(passphrase)
		return key, iv, err
	}
	return nil
}

type deriver = func(passphrase []byte) ([]byte, error)

func (e *EncryptedKey) readKDF(in cryptobyte.String) (deriver, error) {
	oid, parameters, err := readScheme(in)
	if err != nil {
		return nil, err
	}
	var seq cryptobyte.String
	if !parameters.ReadASN1(&seq, tag.SEQUENCE) || !parameters.Empty() {
		return nil, keyerr.Unreadable("key derivation parameters")
	}
	switch oid {
	case oidPBKDF2:
		return e.readPBKDF2(seq)
	case oidScrypt:
		return e.readScrypt(seq)
	}
	return nil, unsupported("the key derivation "+keyerr.Truncate(oid)+"; supported are PBKDF2 and scrypt", "")
}

type prf struct {
	name string
	new  func() hash.Hash
}

// prfs are the supported pseudorandom functions of PBKDF2, by OID.
var prfs = map[string]prf{
	"1.2.840.113549.2.7":  {"PBKDF2-HMAC-SHA1", sha1.New},
	"1.2.840.113549.2.9":  {"PBKDF2-HMAC-SHA256", sha256.New},
	"1.2.840.113549.2.10": {"PBKDF2-HMAC-SHA384", sha512.New384},
	"1.2.840.113549.2.11": {"PBKDF2-HMAC-SHA512", sha512.New},
}

// readPBKDF2 reads PBKDF2-params (RFC 8018 appendix A.2). The key length is
// optional; if present, it must be that of the cipher.
func (e *EncryptedKey) readPBKDF2(in cryptobyte.String) (deriver, error) {
	var salt cryptobyte.String
	var iterations int
	if !in.ReadASN1(&salt, tag.OCTET_STRING) {
		return nil, keyerr.Unreadable("PBKDF2 salt")
	}
	if err := readCount(&in, &iterations); err != nil {
		return nil, err
	}
	if in.PeekASN1Tag(tag.INTEGER) {
		var length int
		if !in.ReadASN1Integer(&length) || length != e.cipher.KeySize() {
			return nil, keyerr.Unreadable("PBKDF2 key length")
		}
	}
	function := prfs["1.2.840.113549.2.7"] // the DEFAULT of the ASN.1 module
	if !in.Empty() {
		var seq cryptobyte.String
		if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() {
			return nil, keyerr.Unreadable("PBKDF2 parameters")
		}
		oid, _, err := readScheme(seq)
		if err != nil {
			return nil, err
		}
		known, ok := prfs[oid]
		if !ok {
			return nil, unsupported("PBKDF2 with the function "+keyerr.Truncate(oid)+"; supported is HMAC with SHA-1, SHA-256, SHA-384 and SHA-512", "")
		}
		function = known
	}
	e.KDF, e.Cost = function.name, iterations
	salt = bytes.Clone(salt)
	size := e.cipher.KeySize()
	return func(passphrase []byte) ([]byte, error) {
		return derivePBKDF2(function.new, passphrase, salt, iterations, size)
	}, checkIterations(iterations)
}

// readScrypt reads scrypt-params (RFC 7914 section 7.1).
func (e *EncryptedKey) readScrypt(in cryptobyte.String) (deriver, error) {
	var salt cryptobyte.String
	if !in.ReadASN1(&salt, tag.OCTET_STRING) {
		return nil, keyerr.Unreadable("scrypt salt")
	}
	var n, r, p int
	for _, number := range []*int{&n, &r, &p} {
		if err := readCount(&in, number); err != nil {
			return nil, err
		}
	}
	size := e.cipher.KeySize()
	if in.PeekASN1Tag(tag.INTEGER) {
		var length int
		if !in.ReadASN1Integer(&length) || length != size {
			return nil, keyerr.Unreadable("scrypt key length")
		}
	}
	if !in.Empty() {
		return nil, keyerr.Unreadable("scrypt parameters")
	}
	e.KDF, e.Cost, e.block = "scrypt", n, r
	salt = bytes.Clone(salt)
	return func(passphrase []byte) ([]byte, error) {
		return deriveScrypt(passphrase, salt, n, r, p, size)
	}, checkScrypt(n, r, p)
}
