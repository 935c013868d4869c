package keys

import (
	"bytes"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
)

// ParseSecret reads an HMAC secret. The secret is the bytes of the text: it is
// not decoded, so that one line is the same secret in a file, in an
// environment variable and in other languages. Exactly one trailing newline (LF
// or CRLF) is cut.
//
// A secret shorter than the hash (RFC 7518 section 3.2) or of one repeated byte
// is [ErrWeak]. The text of a key (PEM, DER, SSH, PuTTY, JWK, JWK Set, also inside
// base64, JSON or quotes) is [ErrNotSecret]: whoever knows the public key could
// sign. An oct JWK is read by [Parse].
func ParseSecret(data []byte, alg Algorithm) (*SigningKey, error) {
	if err := keytext.CheckSize(data); err != nil {
		return nil, err
	}
	// Of the whole text: what is cut may be the last byte of a DER key.
	if err := keytext.CheckSecret(data); err != nil {
		return nil, err
	}
	if keytext.BeginsWithBOM(data) {
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
	public := newVerificationKey(verificationMaterial{alg: alg, bits: 8 * len(secret), mac: newMACKey(bytes.Clone(secret), alg)})
	return newSigningKey(signingMaterial{public: public}), nil
}
