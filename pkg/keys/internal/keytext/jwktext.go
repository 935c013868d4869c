package keytext

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

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
		if s := token.String(); isMemberName(d) && (s == "kty" || s == "keys") || quoted > 0 && jwkJSON(trimText([]byte(s)), quoted-1) {
			return true
		}
	}
}

// isMemberName reports whether the string that d read last is the name of a member.
func isMemberName(d *jsontext.Decoder) bool {
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
