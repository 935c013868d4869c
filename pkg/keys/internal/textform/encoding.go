package textform

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	utf8BOM = []byte("\xef\xbb\xbf")
	utf16LE = []byte("\xff\xfe")
	utf16BE = []byte("\xfe\xff")
)

// UTF16 decodes UTF-16 text, which begins with a byte order mark and has ASCII in most
// places, or is ASCII only: every other byte is zero then. ok is false for everything
// else, such as random bytes that begin with a mark.
func UTF16(b []byte) (text []byte, ok bool, err error) {
	var high int // the index of the high byte in a unit
	rest := b
	switch {
	case bytes.HasPrefix(b, utf16LE):
		high, rest = 1, b[2:]
	case bytes.HasPrefix(b, utf16BE):
		high, rest = 0, b[2:]
	case asciiUnits(b, 1):
		high = 1
	case asciiUnits(b, 0):
		high = 0
	default:
		return nil, false, nil
	}
	if !mostlyASCII(rest, high) {
		return nil, false, nil
	}
	if len(rest)%2 != 0 {
		return nil, false, refuse(Damaged, "the UTF-16 text ends within a character")
	}
	text, ok = decodeUnits(rest, high)
	if !ok {
		clear(text)
		return nil, false, refuse(Damaged, "the file begins as UTF-16 does and is not UTF-16")
	}
	return text, true, nil
}

// mostlyASCII reports whether half the units of b are ASCII, or there are none.
func mostlyASCII(b []byte, high int) bool {
	ascii := 0
	for i := 0; i+1 < len(b); i += 2 {
		if b[i+high] == 0 && b[i+1-high] < utf8.RuneSelf {
			ascii++
		}
	}
	return 2*ascii >= len(b)/2
}

// asciiUnits reports whether b is UTF-16 of printable ASCII and blanks only.
func asciiUnits(b []byte, high int) bool {
	if len(b) < 4 || len(b)%2 != 0 {
		return false
	}
	for i := 0; i < len(b); i += 2 {
		low := b[i+1-high]
		if b[i+high] != 0 || low > '~' || low < ' ' && low != '\n' && low != '\r' && low != '\t' {
			return false
		}
	}
	return true
}

func decodeUnits(b []byte, high int) (text []byte, ok bool) {
	text = make([]byte, 0, len(b)/2*3) // three bytes a unit: it never grows, which would leave a copy
	for i := 0; i < len(b); i += 2 {
		r := rune(b[i+high])<<8 | rune(b[i+1-high])
		if utf16.IsSurrogate(r) {
			if i += 2; i >= len(b) {
				return text, false
			}
			if r = utf16.DecodeRune(r, rune(b[i+high])<<8|rune(b[i+1-high])); r == utf8.RuneError {
				return text, false
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text, true
}

// Base64 decodes text in either alphabet, wrapped or not, with or without
// padding. ok is false for text that mixes the alphabets, has padding within or is
// not base64.
func Base64(text []byte) (decoded []byte, ok bool) {
	compact := withoutBlanks(text)
	defer clear(compact)
	alphabet := base64.RawStdEncoding
	if bytes.ContainsAny(compact, "-_") {
		alphabet = base64.RawURLEncoding
	}
	body := bytes.TrimRight(compact, "=")
	if len(body) == 0 || len(compact)-len(body) > 2 {
		return nil, false
	}
	decoded = make([]byte, alphabet.DecodedLen(len(body)))
	n, err := alphabet.Decode(decoded, body)
	if err != nil {
		clear(decoded)
		return nil, false
	}
	return decoded[:n], true
}

// withoutBlanks returns a copy of text without white space.
func withoutBlanks(text []byte) []byte {
	compact := make([]byte, 0, len(text))
	for _, c := range text {
		if !blank(c) {
			compact = append(compact, c)
		}
	}
	return compact
}

func blank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// hexDER decodes hexadecimal text of one whole DER SEQUENCE. The base64 of a
// SEQUENCE begins with M, so that no text is both.
func hexDER(text []byte) (key []byte, ok bool) {
	if !bytes.HasPrefix(text, []byte("30")) {
		return nil, false
	}
	key, ok = Hex(text)
	return key, ok && whole(key)
}

// Hex decodes hexadecimal text, wrapped or not, also with colons as openssl
// prints it.
func Hex(text []byte) (decoded []byte, ok bool) {
	compact := bytes.ReplaceAll(withoutBlanks(text), []byte(":"), nil)
	defer clear(compact)
	decoded = make([]byte, hex.DecodedLen(len(compact)))
	if len(compact) == 0 {
		return nil, false
	}
	if _, err := hex.Decode(decoded, compact); err != nil {
		clear(decoded)
		return nil, false
	}
	return decoded, true
}

// Percent decodes the %XX of a URL. With plus, a + stands for a blank, as in a
// form. It returns false for text without any or with a broken one.
func Percent(text []byte, plus bool) (decoded []byte, ok bool) {
	decoded = make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '+' && plus:
			c, ok = ' ', true
		case c == '%':
			var one [1]byte
			if i+2 >= len(text) {
				clear(decoded)
				return nil, false
			}
			if _, err := hex.Decode(one[:], text[i+1:i+3]); err != nil {
				clear(decoded)
				return nil, false
			}
			c, ok = one[0], true
			i += 2
		}
		decoded = append(decoded, c)
	}
	return decoded, ok
}
