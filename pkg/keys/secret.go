package keys

import (
	"bytes"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
)

// ParseSecret reads an HMAC secret. The secret is the bytes of the text, without
// decoding, so that one line is the same secret in a file, in an environment
// variable and in other languages. One trailing newline (LF or CRLF) is removed.
//
// A secret that is shorter than the hash (RFC 7518 section 3.2), or one byte
// repeated, is [ErrWeak]. The text of a key (PEM, DER, SSH, PuTTY, JWK, JWK Set,
// also inside base64, JSON or quotes) is [ErrNotSecret]: anyone with the public
// key could sign. [Parse] reads an oct JWK. An alg that is not for HMAC is
// [ErrAlgorithm]; data over 64 KiB is [ErrTooLarge]; a byte order mark is
// [ErrMalformed].
func ParseSecret(data []byte, alg Algorithm) (*SigningKey, error) {
	if err := keytext.CheckSize(data); err != nil {
		return nil, err
	}
	// Check before cutting: the newline may be the last byte of a DER key.
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

// newSecret makes a key from a copy of secret. Every way to make a secret key ends
// here, so the checks are here.
func newSecret(secret []byte, alg Algorithm) (*SigningKey, error) {
	if !alg.Symmetric() {
		return nil, fmt.Errorf("%w: %v is not for a secret; use HS256, HS384 or HS512", ErrAlgorithm, alg)
	}
	if err := checkSecret(secret, alg); err != nil {
		return nil, err
	}
	public := newVerificationKey(verificationMaterial{alg: alg, bits: 8 * len(secret), mac: newMACKey(bytes.Clone(secret), alg)})
	return newSigningKey(signingMaterial{public: public}), nil
}
