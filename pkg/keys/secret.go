package keys

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"
)

// ParseSecret reads an HMAC secret. The secret is the bytes of the text: it is
// not decoded, so that one line is the same secret in a file, in an
// environment variable and in other languages. Exactly one trailing newline (LF
// or CRLF) is cut.
//
// A secret shorter than the hash (RFC 7518 section 3.2) or of one repeated byte
// is [ErrWeak]. The text of a key (PEM, SSH, JWK, or the base64 inside a PEM
// block) is [ErrKeyAsSecret]: whoever knows the public key could sign. An oct
// JWK is read by [Parse].
func ParseSecret(data []byte, alg Algorithm) (*SigningKey, error) {
	if len(data) > MaxFileSize {
		return nil, tooLarge()
	}
	if bytes.HasPrefix(data, utf8BOM) || utf16Text(data) {
		return nil, fmt.Errorf("%w: the secret begins with a byte order mark; save it as UTF-8 without one", ErrMalformed)
	}
	return newSecret(cutNewline(data), alg)
}

func cutNewline(b []byte) []byte {
	if trimmed, ok := bytes.CutSuffix(b, []byte("\n")); ok {
		return bytes.TrimSuffix(trimmed, []byte("\r"))
	}
	return b
}

// newSecret makes a key of a copy of secret, which every way in goes through.
func newSecret(secret []byte, alg Algorithm) (*SigningKey, error) {
	if !alg.Symmetric() {
		return nil, fmt.Errorf("%w: %v does not work with a secret", ErrAlgorithm, alg)
	}
	if err := checkSecret(secret, alg); err != nil {
		return nil, err
	}
	public := newVerificationKey(verificationMaterial{alg: alg, bits: 8 * len(secret), mac: newMAC(bytes.Clone(secret), alg)})
	return newSigningKey(signingMaterial{public: public}), nil
}

func checkSecret(secret []byte, alg Algorithm) error {
	if what := keyText(secret); what != "" {
		return fmt.Errorf("%w: this is %s; make a secret of its own, or load it as the key it is", ErrKeyAsSecret, what)
	}
	if need := alg.profile().hash.Size(); len(secret) < need {
		return fmt.Errorf("%w: %v needs a secret of at least %d bytes, this one has %d", ErrWeak, alg, need, len(secret))
	}
	if bytes.Count(secret, secret[:1]) == len(secret) {
		return fmt.Errorf("%w: the secret is one byte repeated", ErrWeak)
	}
	return nil
}

// keyText says which kind of key a secret really is, or nothing.
func keyText(b []byte) string {
	text := bytes.TrimSpace(bytes.TrimPrefix(b, utf8BOM))
	switch {
	case bytes.Contains(b, []byte("-----BEGIN ")):
		return "a PEM block"
	case sshText(text):
		return "an SSH public key"
	case bytes.HasPrefix(text, []byte("{")) && (bytes.Contains(text, []byte(`"kty"`)) || bytes.Contains(text, []byte(`"keys"`))):
		return "a JWK"
	case derKey(b):
		return "a DER key"
	}
	// The base64 of a PEM block without its armour.
	compact := bytes.Join(bytes.Fields(text), nil)
	der := make([]byte, base64.StdEncoding.DecodedLen(len(compact)))
	n, err := base64.StdEncoding.Decode(der, compact)
	if err == nil && derKey(der[:n]) {
		return "the base64 of a key"
	}
	return ""
}

// derKey reports whether b is the DER of a key, in any form this package reads
// and of any kind it knows, weak or not.
func derKey(b []byte) bool {
	for _, format := range publicFormats {
		if _, err := format.parse(b); !errors.Is(err, ErrMalformed) {
			return true
		}
	}
	for _, format := range privateFormats {
		if _, err := format.parse(b); !errors.Is(err, ErrMalformed) {
			return true
		}
	}
	return false
}

// textual reports whether a secret can be written as a line of text.
func textual(secret []byte) bool {
	return utf8.Valid(secret) && bytes.IndexFunc(secret, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfeff }) < 0
}
