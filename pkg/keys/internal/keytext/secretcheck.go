package keytext

import (
	"bytes"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// A public key is known to everybody. Taken for an HMAC secret, as a library
// with one function for both does, it lets everybody sign: what is here tells
// the text of a key from a secret, in the forms in which it is copied about.

// CheckSecret refuses the text of a key as a secret.
func CheckSecret(b []byte) error {
	if what := keyText(b); what != "" {
		return fmt.Errorf("%w: this is %s; make a secret of its own, or load it as the key it is", keyerr.NotSecret, what)
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
	text := trimText(b)
	switch {
	case bytes.Contains(b, []byte("-----BEGIN ")):
		return "a PEM block"
	case sshText(text):
		return "an SSH public key"
	case puttyText(text):
		return "a PuTTY key"
	case jwkText(text):
		return "a JWK"
	case der.IsKey(b):
		return "a DER key"
	}
	return ""
}
