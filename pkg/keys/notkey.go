package keys

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// A public key is known to everybody. Taken for an HMAC secret, as a library
// with one function for both does, it lets everybody sign: what is here tells
// the text of a key from a secret, in the forms in which it is copied about.

// checkNoKey refuses the text of a key as a secret.
func checkNoKey(b []byte) error {
	if what := keyText(b); what != "" {
		return fmt.Errorf("%w: this is %s; make a secret of its own, or load it as the key it is", ErrKeyAsSecret, what)
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
	case derKey(b):
		return "a DER key"
	}
	return ""
}

// jwkText reports whether text is a JWK or a JWK Set, also inside other JSON, in
// the quotes of a shell, or broken, as by the line breaks of a mail.
func jwkText(text []byte) bool {
	text = trimText(bytes.Trim(text, "'"))
	return jwkJSON(text, maxQuoted) || brokenJWK(text)
}

// maxQuoted is how many strings within each other are looked into. Each one
// doubles the backslashes of the next.
const maxQuoted = 6

// jwkJSON reports whether JSON names a member kty or keys, however the name is
// escaped, at any depth, and in the JSON that a string holds.
func jwkJSON(text []byte, quoted int) bool {
	if len(text) == 0 || !bytes.ContainsRune([]byte(`{["`), rune(text[0])) {
		return false
	}
	// Of a Buffer, which the decoder does not copy.
	d := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return false
		}
		if token.Kind() != '"' {
			continue
		}
		if s := token.String(); names(d) && (s == "kty" || s == "keys") || quoted > 0 && jwkJSON(trimText([]byte(s)), quoted-1) {
			return true
		}
	}
}

// names reports whether the string that d read last is the name of a member.
func names(d *jsontext.Decoder) bool {
	kind, length := d.StackIndex(d.StackDepth())
	return kind == '{' && length%2 == 1
}

// brokenJWK finds the names of a JWK in what is no JSON: cut, wrapped, in single
// quotes for double ones, with too many backslashes.
func brokenJWK(text []byte) bool {
	if len(text) == 0 || !bytes.ContainsRune([]byte(`{["`), rune(text[0])) {
		return false
	}
	plain := bytes.ReplaceAll(text, []byte(`\`), nil)
	defer clear(plain)
	for _, name := range []string{`"kty"`, `"keys"`, `'kty'`, `'keys'`} {
		if bytes.Contains(plain, []byte(name)) {
			return true
		}
	}
	return false
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

// derKey reports whether b begins with the DER of a key, in any form this package
// reads and of any kind it knows, weak or not. What follows, such as the newline
// or the zeros of a buffer, makes no secret of it.
func derKey(b []byte) bool {
	var key cryptobyte.String
	if in := cryptobyte.String(b); !in.ReadASN1Element(&key, der.SEQUENCE) {
		return false
	}
	for _, format := range publicFormats {
		if _, err := format.parse(key); !errors.Is(err, ErrMalformed) {
			return true
		}
	}
	for _, format := range privateFormats {
		if _, err := format.parse(key); !errors.Is(err, ErrMalformed) {
			return true
		}
	}
	return false
}
