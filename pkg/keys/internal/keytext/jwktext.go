package keytext

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// jwkText reports whether text is a JWK or a JWK Set. It also finds one inside
// other JSON, in the quotes of a shell, and damaged, as by the line breaks of a
// mail program.
func jwkText(text []byte) bool {
	text = trimText(bytes.Trim(text, "'"))
	return jwkJSON(text, maxQuoted) || brokenJWK(text)
}

// maxQuoted limits how deeply JSON strings that contain JSON are searched. Each
// level doubles the backslashes of the next.
const maxQuoted = 6

// jwkJSON reports whether JSON has a member kty or keys, at any depth, however its
// name is escaped, and also in JSON that a string contains.
func jwkJSON(text []byte, quoted int) bool {
	if len(text) == 0 || !bytes.ContainsRune([]byte(`{["`), rune(text[0])) {
		return false
	}
	// The decoder would copy another kind of reader; it uses a Buffer in place.
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

// brokenJWK searches for the member names of a JWK in text that is not valid JSON:
// cut, wrapped, with single quotes for double ones, or with too many backslashes.
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
