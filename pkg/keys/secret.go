package keys

import (
	"bytes"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/secretcheck"
)

// ParseSecret reads an HMAC secret. The secret is the bytes of the text: it is
// not decoded, so that one line is the same secret in a file, in an
// environment variable and in other languages. Exactly one trailing newline (LF
// or CRLF) of a text is cut; bytes that are not text are taken as they are.
//
// A secret shorter than the hash (RFC 7518 section 3.2) or of one repeated byte is
// [ErrWeak]. The text of a key or a part of one (PEM, DER, SSH, PuTTY, JWK, JWK Set, a
// modulus), under any layers of base64, hexadecimal, escapes, JSON or quotes, is
// [ErrNotSecret]: everyone who has the public key could sign. So is a text that is
// plainly not a secret: a page, a message, a placeholder, a reference, a token, a file
// of another kind. Blanks, quotes or a second newline around a secret, several lines,
// NAME=value and UTF-16 are [ErrMalformed]. An oct JWK is read by [Parse], a value of
// an env file after keyfile.EnvValue.
func ParseSecret(data []byte, alg Algorithm) (*SigningKey, error) {
	if err := keytext.CheckSize(data); err != nil {
		return nil, err
	}
	if err := secretError(secretcheck.Check(data)); err != nil {
		return nil, err
	}
	return newSecret(secretcheck.Trim(data), alg)
}

// newSecret makes a key from a copy of secret. Every way to make a secret key ends
// here, so the checks are here.
func newSecret(secret []byte, alg Algorithm) (*SigningKey, error) {
	if alg.Type() != "oct" {
		return nil, fmt.Errorf("%w: %v is not for a secret; use HS256, HS384 or HS512", ErrAlgorithm, alg)
	}
	if err := checkSecret(secret, alg); err != nil {
		return nil, err
	}
	public := newVerificationKey(verificationMaterial{alg: alg, bits: 8 * len(secret), mac: newMACKey(bytes.Clone(secret), alg)})
	return newSigningKey(signingMaterial{public: public}), nil
}
