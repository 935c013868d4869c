package keytext

import (
	"bytes"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// CheckSecret refuses the text of a key as an HMAC secret. If a public key is
// accepted as an HMAC secret, anyone can sign (algorithm confusion), so key text is
// detected in every form in which keys are copied around.
func CheckSecret(b []byte) error {
	if kind := keyText(b); kind != "" {
		return fmt.Errorf("%w: this is %s; make a separate secret, or load this as a key", keyerr.NotSecret, kind)
	}
	return nil
}

// keyText names the kind of key that b is the text of, or returns "".
func keyText(b []byte) string {
	if kind := plainKey(b); kind != "" {
		return kind
	}
	decoded := unbase64(b)
	defer clear(decoded)
	if plainKey(decoded) != "" {
		return "the base64 of a key"
	}
	return ""
}

// plainKey is keyText for text that is not base64 of a key.
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
