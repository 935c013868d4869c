// Package secretcheck tells an HMAC secret from a text that is not one. A public
// key that is accepted as a secret lets everyone sign who knows the key (algorithm
// confusion, RFC 8725 section 2.1), and a placeholder or an error message lets everyone
// sign who can guess it.
//
// A secret is judged by its substance, under any layers of quotes, base64, hexadecimal,
// URL escapes and UTF-16. No test here passes for 32 random bytes, raw or encoded, but
// with a chance below one in 2^30.
package secretcheck

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys/internal/textform"
)

// Kind says why a text is refused.
type Kind int

const (
	Key   Kind = iota // a key, a part of one, or a thing with a key in it
	Other             // another thing: a page, a placeholder, a file
	Form              // a secret with something around it
)

// Refusal is the error of [Check]. Its text never quotes the secret.
type Refusal struct {
	Kind Kind
	text string
}

func (r *Refusal) Error() string { return r.text }

func refuse(kind Kind, text string) error { return &Refusal{kind, text} }

// Check refuses data that is not a secret, or has something around it. Its error is a
// [*Refusal].
func Check(data []byte) error {
	if err := Substance(data); err != nil {
		return err
	}
	return form(data)
}

// Trim cuts the one newline, LF or CRLF, that a text may end with. Bytes that are
// not text are left: a random last byte may be a newline.
func Trim(data []byte) []byte {
	if !isText(data) {
		return data
	}
	if trimmed, ok := bytes.CutSuffix(data, []byte("\n")); ok {
		return bytes.TrimSuffix(trimmed, []byte("\r"))
	}
	return data
}

// isText reports whether b is UTF-8 without control characters but tab and the ends
// of lines. 32 random bytes are not, but with a chance below one in 2^38.
func isText(b []byte) bool {
	return utf8.Valid(b) && bytes.IndexFunc(b, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f
	}) < 0
}

// form refuses a text with something around the secret or within it that is
// likely not meant to belong to it.
func form(data []byte) error {
	// Random bytes begin with a byte order mark once in 2^15, so that it is not enough.
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) && isText(data) {
		return refuse(Form, "the secret begins with a byte order mark; save it as UTF-8 without one")
	}
	if inUTF16(data) {
		return refuse(Form, "the secret is UTF-16, with or without a byte order mark; save it as UTF-8")
	}
	if body := bytes.TrimRight(data, "\x00"); len(body) > 0 && len(body) < len(data) && isText(body) {
		return refuse(Form, "zero bytes follow the secret; save it without them")
	}
	if !isText(data) {
		return nil
	}
	secret := Trim(data)
	switch {
	case bytes.HasSuffix(secret, []byte("\n")) || bytes.HasSuffix(secret, []byte("\r")):
		return refuse(Form, "the secret ends with more than one newline; keep at most one")
	case len(bytes.TrimSpace(secret)) < len(secret):
		return refuse(Form, "blanks stand before or after the secret; take them away")
	case inQuotes(secret) || inBrackets(secret):
		return refuse(Form, "the secret stands in quotes or brackets; take them away")
	case bytes.HasSuffix(secret, []byte(`\n`)) || bytes.HasSuffix(secret, []byte(`\r`)):
		return refuse(Form, `the secret ends with \n in letters, where a newline is meant; take it away`)
	case bytes.ContainsAny(secret, "\r\n"):
		return refuse(Form, "the secret has several lines; give one line, such as the base64 without line breaks")
	case bytes.IndexFunc(secret, invisible) >= 0:
		return refuse(Form, "the secret has an invisible character in it, such as a no-break space; type it again")
	case isAssignment(secret):
		return refuse(Form, "the text is NAME=value, not a secret; give the value alone, or name it as env-file:FILE#NAME")
	}
	return nil
}

// inUTF16 reports whether data is UTF-16 of which more than half is ASCII.
func inUTF16(data []byte) bool {
	even := data[:len(data)&^1]
	decoded, ok, err := textform.UTF16(even)
	defer clear(decoded)
	if !ok || err != nil || len(even) == 0 {
		return false
	}
	ascii := 0
	for _, c := range decoded {
		if c < utf8.RuneSelf {
			ascii++
		}
	}
	return 4*ascii > len(even)
}

func inQuotes(b []byte) bool {
	return len(b) > 1 && b[0] == b[len(b)-1] && bytes.IndexByte([]byte("\"'`"), b[0]) >= 0
}

// inBrackets reports whether text stands in typographic quotes, or in <>, [] or ().
func inBrackets(text []byte) bool {
	for _, pair := range [][2]string{{"“", "”"}, {"‘", "’"}, {"«", "»"}, {"„", "“"}, {"<", ">"}, {"[", "]"}, {"(", ")"}} {
		if len(text) > len(pair[0])+len(pair[1]) && bytes.HasPrefix(text, []byte(pair[0])) && bytes.HasSuffix(text, []byte(pair[1])) {
			return true
		}
	}
	return false
}

func invisible(r rune) bool {
	return r > '~' && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zs, r))
}

// isAssignment reports whether text is a line of an env file or of YAML. A short name,
// or one in letters of both sizes, may begin a random text by chance.
func isAssignment(text []byte) bool {
	name, _, ok := textform.Assignment(text)
	if !ok {
		return false
	}
	if name == strings.ToUpper(name) || name == strings.ToLower(name) {
		return len(name) > 2
	}
	return len(name) > 5
}
