package keys

import (
	"bytes"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/secretcheck"
	"github.com/loginctl/loginctl/pkg/keys/internal/textform"
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
// an env file after [EnvValue].
func ParseSecret(data []byte, alg Algorithm) (*SigningKey, error) {
	if err := keytext.CheckSize(data); err != nil {
		return nil, err
	}
	if err := secretError(secretcheck.Check(data)); err != nil {
		return nil, err
	}
	return newSecret(secretcheck.Trim(data), alg)
}

// EnvValue returns the value of name in an env file, as [ParseSecret] and the other
// functions of this package read it: lines NAME=value, with export before them or
// not, comments, and quotes around a value, which may have several lines then. A name
// that is not there is [ErrNoKey], one that is there twice [ErrMalformed]. The result
// shares the memory of data.
func EnvValue(data []byte, name string) ([]byte, error) {
	value, ok, twice := textform.EnvValue(data, name)
	switch {
	case twice:
		return nil, fmt.Errorf("%w: the env file has that name twice; keep one", ErrMalformed)
	case !ok || len(value) == 0:
		return nil, fmt.Errorf("%w: the env file has no value of that name", ErrNoKey)
	}
	return value, nil
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
