package keys

import (
	"crypto"
	"encoding/pem"
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/pbe"
	"github.com/loginctl/loginctl/pkg/keys/internal/sshkey"
)

// KDF derives the key that encrypts a PKCS #8 file. The zero value is
// PBKDF2-HMAC-SHA256 with 600,000 iterations. A lower cost is [ErrWeak], one that
// [ParseEncrypted] would refuse is [ErrTooCostly].
type KDF struct {
	Scrypt     bool // scrypt with r=8 and p=1 in place of PBKDF2
	Iterations int  // of PBKDF2, at least 600,000; if zero, 600,000
	N          int  // of scrypt, a power of two, at least 2^14; if zero, 2^14; openssl refuses more
}

// MarshalEncrypted returns k as an encrypted PKCS #8 PEM block (PBES2, RFC 8018,
// AES-256-CBC, 16-byte salt), which openssl and most others read. An empty
// passphrase is [ErrPassphraseRequired]: the key is never written in the clear.
func MarshalEncrypted(k *SigningKey, passphrase []byte, kdf KDF) ([]byte, error) {
	if err := exportable(k); err != nil {
		return nil, err
	}
	if len(passphrase) == 0 {
		return nil, ErrPassphraseRequired
	}
	d, err := kdf.derivation()
	if err != nil {
		return nil, err
	}
	encoded, err := pbe.Encrypt(k.m.private(), passphrase, d)
	return pemBlock("ENCRYPTED PRIVATE KEY", encoded, err)
}

func (f KDF) derivation() (pbe.Derivation, error) {
	switch {
	case f.Scrypt && f.Iterations != 0:
		return pbe.Derivation{}, fmt.Errorf("%w: scrypt has N, not iterations", ErrUnsupported)
	case f.Scrypt:
		return pbe.Scrypt(f.N)
	case f.N != 0:
		return pbe.Derivation{}, fmt.Errorf("%w: PBKDF2 has iterations, not N; for scrypt set Scrypt", ErrUnsupported)
	}
	return pbe.PBKDF2(f.Iterations)
}

func decryptBlock(b *pem.Block, passphrase []byte) (*SigningKey, error) {
	if b.Type == sshkey.Label {
		return decryptOpenSSH(b.Bytes, passphrase)
	}
	if !pbe.Encrypted(b) {
		if _, ok := der.Private(b.Type); ok {
			return nil, ErrNotEncrypted
		}
		return nil, keytext.NotPrivate(b)
	}
	encrypted, err := pbe.Read(b)
	if err != nil {
		return nil, err
	}
	if len(passphrase) == 0 {
		return nil, ErrPassphraseRequired
	}
	plain, err := withNormalForms(passphrase, encrypted.Open)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	format, ok := der.Private(b.Type)
	if !ok {
		format = der.PKCS8 // ENCRYPTED PRIVATE KEY
	}
	private, err := format.Parse(plain)
	if err != nil {
		return nil, err
	}
	k, err := newPrivate(private)
	if err != nil || encrypted.Warning == "" {
		return k, err
	}
	return newSigningKey(signingMaterial{public: k.m.public, private: k.m.private, warnings: []string{encrypted.Warning}}), nil
}

func decryptOpenSSH(content, passphrase []byte) (*SigningKey, error) {
	private, err := withNormalForms(passphrase, func(passphrase []byte) (crypto.Signer, error) {
		return sshkey.Decrypt(content, passphrase)
	})
	if err != nil {
		return nil, err
	}
	return newPrivate(private)
}

// withNormalForms calls open with the passphrase as it is and, where that is wrong,
// with its Unicode normal forms NFC and NFD. One keyboard writes é as one character and
// another as two; both look alike, and the file was encrypted with either.
func withNormalForms[K any](passphrase []byte, open func([]byte) (K, error)) (K, error) {
	k, err := open(passphrase)
	if !errors.Is(err, ErrWrongPassphrase) || !utf8.Valid(passphrase) {
		return k, err
	}
	tried := false
	for _, form := range []norm.Form{norm.NFC, norm.NFD} {
		if form.IsNormal(passphrase) {
			continue
		}
		other := form.Bytes(passphrase)
		k, err = open(other)
		clear(other)
		tried = true
		if !errors.Is(err, ErrWrongPassphrase) {
			return k, err
		}
	}
	if tried {
		err = fmt.Errorf("%w, as it was given and in its other Unicode normal form", err)
	}
	return k, err
}
