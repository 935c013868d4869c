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
// is [ErrWeak]. The text of a key (PEM, DER, SSH, PuTTY, JWK, also inside base64,
// a JSON list or quotes) is [ErrKeyAsSecret]: whoever knows the public key could
// sign. An oct JWK is read by [Parse].
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
	if what := plainKey(b); what != "" {
		return what
	}
	decoded := unbase64(b)
	defer clear(decoded)
	if plainKey(decoded) != "" {
		return "the base64 of a key"
	}
	return ""
}

// plainKey is keyText without base64.
func plainKey(b []byte) string {
	text := bytes.TrimSpace(bytes.TrimPrefix(b, utf8BOM))
	switch {
	case bytes.Contains(b, []byte("-----BEGIN ")):
		return "a PEM block"
	case sshText(text):
		return "an SSH public key"
	case puttyText(text):
		return "a PuTTY key"
	case jwkText(text):
		return "a JWK"
	case derKey(b):
		return "a DER key"
	}
	return ""
}

// jwkText reports whether text is a JWK or a JWK Set, whole or broken, also in a
// list, or in a string, where backslashes stand before the quotes.
func jwkText(text []byte) bool {
	if len(text) == 0 || !bytes.ContainsRune([]byte(`{["`), rune(text[0])) {
		return false
	}
	plain := bytes.ReplaceAll(text, []byte(`\`), nil)
	defer clear(plain)
	return bytes.Contains(plain, []byte(`"kty"`)) || bytes.Contains(plain, []byte(`"keys"`))
}

// unbase64 decodes text in either alphabet, with or without padding, quotes and
// line breaks. It returns nil for what is not base64.
func unbase64(text []byte) []byte {
	compact := bytes.Join(bytes.Fields(bytes.TrimPrefix(text, utf8BOM)), nil)
	defer clear(compact)
	compact = bytes.TrimRight(bytes.Trim(compact, `"'`), "=")
	for i, c := range compact {
		switch c {
		case '-':
			compact[i] = '+'
		case '_':
			compact[i] = '/'
		}
	}
	decoded := make([]byte, base64.RawStdEncoding.DecodedLen(len(compact)))
	n, err := base64.RawStdEncoding.Decode(decoded, compact)
	if err != nil {
		clear(decoded)
		return nil
	}
	return decoded[:n]
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
