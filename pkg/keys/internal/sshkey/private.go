// Package sshkey reads the private and public keys of OpenSSH. The formats are read
// by golang.org/x/crypto/ssh; sizes and costs are bounded here before, and the key
// is checked as every other one after.
package sshkey

import (
	"bytes"
	"crypto"
	"crypto/subtle"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/ssh"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Label is the label of a PEM block with a private key of OpenSSH.
const Label = "OPENSSH PRIVATE KEY"

const (
	// MaxRounds is the ceiling of bcrypt: about three seconds. ssh-keygen writes 16
	// or 24.
	MaxRounds = 500
	// maxPrivate is the size of a block with RSA of 8192 bits, and a comment.
	maxPrivate = 8 << 10
	maxSalt    = 64
)

// Header is the part of a private key that is never encrypted.
type Header struct {
	Cipher string // "none" for a plain key
	KDF    string // "none" or "bcrypt"
	Rounds int    // of bcrypt
	public []byte
}

// Encrypted reports whether the key needs a passphrase.
func (h *Header) Encrypted() bool { return h.Cipher != "none" }

// ReadHeader reads the content of a block (PROTOCOL.key of OpenSSH) up to the private
// part, and holds it to the ceilings.
func ReadHeader(content []byte) (*Header, error) {
	in := cryptobyte.String(content)
	var magic cryptobyte.String
	var cipher, kdf, options, public, private cryptobyte.String
	var keys uint32
	if !in.ReadBytes((*[]byte)(&magic), 15) || !bytes.HasPrefix(magic, []byte("openssh-key-v1\x00")) ||
		!readString(&in, &cipher) || !readString(&in, &kdf) || !readString(&in, &options) ||
		!in.ReadUint32(&keys) || keys == 0 || !readString(&in, &public) || keys == 1 && (!readString(&in, &private) || !in.Empty()) {
		return nil, keyerr.Unreadable("OpenSSH private key")
	}
	h := &Header{Cipher: string(cipher), KDF: string(kdf), public: public}
	switch {
	case keys > 1:
		return nil, fmt.Errorf("%w: an OpenSSH file of %d keys; keep one", keyerr.ErrUnsupported, keys)
	case len(private) > maxPrivate:
		return nil, fmt.Errorf("%w: an OpenSSH private key of %d bytes", keyerr.ErrTooLarge, len(private))
	case h.Encrypted() != (h.KDF != "none"):
		return nil, keyerr.Unreadable("OpenSSH private key")
	case h.Encrypted():
		return h, h.readOptions(options)
	}
	return h, nil
}

func readString(in, out *cryptobyte.String) bool {
	var size uint32
	return in.ReadUint32(&size) && size <= uint32(len(*in)) && in.ReadBytes((*[]byte)(out), int(size))
}

func (h *Header) readOptions(options cryptobyte.String) error {
	var salt cryptobyte.String
	var rounds uint32
	switch {
	case h.KDF != "bcrypt":
		return fmt.Errorf("%w: the key derivation %q of OpenSSH; bcrypt is read", keyerr.ErrUnsupported, keyerr.Truncate(h.KDF))
	case h.Cipher != "aes256-ctr" && h.Cipher != "aes256-cbc":
		return keyerr.Convert(keyerr.ErrUnsupported, fmt.Sprintf("encrypted with the cipher %q", keyerr.Truncate(h.Cipher)), "re-encrypt it, or a copy, in place with", "ssh-keygen -p -Z aes256-ctr -f FILE")
	case !readString(&options, &salt) || !options.ReadUint32(&rounds) || !options.Empty() || len(salt) == 0 || len(salt) > maxSalt || rounds == 0:
		return keyerr.Unreadable("key derivation of the OpenSSH key")
	case rounds > MaxRounds:
		return fmt.Errorf("%w: %d rounds of bcrypt; at most %d are run", keyerr.ErrTooCostly, rounds, MaxRounds)
	}
	h.Rounds = int(rounds)
	return nil
}

// Private reads a key that is not encrypted.
func Private(content []byte) (crypto.Signer, error) {
	h, err := ReadHeader(content)
	if err != nil {
		return nil, err
	}
	if h.Encrypted() {
		return nil, keyerr.ErrPassphraseRequired
	}
	return h.private(content, ssh.ParseRawPrivateKey)
}

// Decrypt reads an encrypted key.
func Decrypt(content, passphrase []byte) (crypto.Signer, error) {
	h, err := ReadHeader(content)
	switch {
	case err != nil:
		return nil, err
	case !h.Encrypted():
		return nil, keyerr.ErrNotEncrypted
	case len(passphrase) == 0:
		return nil, keyerr.ErrPassphraseRequired
	}
	return h.private(content, func(text []byte) (any, error) {
		return ssh.ParseRawPrivateKeyWithPassphrase(text, passphrase)
	})
}

// private reads the key and checks it. The public half that stands before it has to be
// its own: ssh and ssh-keygen show that one.
func (h *Header) private(content []byte, parse func(text []byte) (any, error)) (crypto.Signer, error) {
	if _, err := public(h.public); err != nil {
		return nil, err // of a kind that is not used, or of another size
	}
	text := pem.EncodeToMemory(&pem.Block{Type: Label, Bytes: content})
	defer clear(text)
	raw, err := parse(text)
	if err != nil {
		// The errors of the package may quote the key, so they are not passed on.
		if errors.Is(err, x509.IncorrectPasswordError) {
			return nil, keyerr.ErrWrongPassphrase
		}
		return nil, keyerr.Unreadable("OpenSSH private key")
	}
	standard, ok := raw.(crypto.Signer)
	if !ok {
		return nil, keyerr.Unreadable("OpenSSH private key")
	}
	signer, err := der.CopyPrivate(standard)
	if err != nil {
		return nil, err
	}
	own, err := ssh.NewPublicKey(signer.Public())
	if err != nil || subtle.ConstantTimeCompare(own.Marshal(), h.public) == 0 {
		return nil, fmt.Errorf("%w: the public key in the OpenSSH file does not belong to its private key", keyerr.ErrMalformed)
	}
	return signer, nil
}
