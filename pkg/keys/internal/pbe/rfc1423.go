package pbe

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// readRFC1423 reads the headers of an encrypted PEM block (RFC 1423). Its key is
// derived by one round of MD5, so guessing the passphrase is cheap.
func readRFC1423(b *pem.Block) (*EncryptedKey, error) {
	if _, ok := der.Private(b.Type); !ok || b.Headers["Proc-Type"] != "4,ENCRYPTED" {
		return nil, fmt.Errorf("%w: the Proc-Type of the PEM block is not 4,ENCRYPTED on a private key", keyerr.ErrMalformed)
	}
	name, text, ok := strings.Cut(b.Headers["DEK-Info"], ",")
	if !ok {
		return nil, keyerr.Unreadable("DEK-Info of the PEM block")
	}
	known, ok := dekCiphers[strings.TrimSpace(name)]
	if !ok {
		return nil, unsupported(fmt.Sprintf("encrypted with %q", keyerr.Truncate(name)), legacy)
	}
	iv, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(iv) != known.IVSize() {
		return nil, keyerr.Unreadable("DEK-Info of the PEM block")
	}
	e := &EncryptedKey{
		KDF: "MD5", Cost: 1, cipher: known, data: bytes.Clone(b.Bytes),
		Warning: "encrypted as RFC 1423 PEM, whose passphrase is cheap to guess: save it again as encrypted PKCS #8",
		derive: func(passphrase []byte) ([]byte, []byte, error) {
			return deriveMD5(passphrase, iv[:8], known.KeySize()), iv, nil
		},
	}
	return e, e.checkData()
}

// deriveMD5 is the key derivation of RFC 1423 PEM (EVP_BytesToKey in openssl).
func deriveMD5(passphrase, salt []byte, size int) []byte {
	var key, last []byte
	for len(key) < size {
		h := md5.New()
		h.Write(last)
		h.Write(passphrase)
		h.Write(salt)
		last = h.Sum(nil)
		key = append(key, last...)
	}
	return key[:size]
}
