package textform

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// quoted returns a copy of text without the quotes around it. A JSON string is
// decoded as one.
func quoted(text []byte) (inner []byte, ok bool) {
	if len(text) < 2 || text[0] != text[len(text)-1] || bytes.IndexByte([]byte("\"'`"), text[0]) < 0 {
		return nil, false
	}
	if text[0] == '"' {
		if inner, err := jsontext.AppendUnquote(make([]byte, 0, len(text)), text); err == nil {
			return inner, true
		}
	}
	return bytes.Clone(text[1 : len(text)-1]), true
}

// unescape undoes the backslashes that programs, JSON and shells put before the
// ends of lines: \n, \r, \t, \/, \" and \' after any number of backslashes, the
// \u00XX of JSON, and a backslash at the end of a line. The backslash is neither
// in base64 nor in a marker, so that the text has one reading.
func unescape(text []byte) (plain []byte, changed bool) {
	plain = make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			plain = append(plain, text[i])
			continue
		}
		for i < len(text) && text[i] == '\\' {
			i++
		}
		changed = true
		if i == len(text) {
			break
		}
		c, used := escaped(text[i:])
		if used == 0 {
			clear(plain)
			return nil, false
		}
		plain = append(plain, c)
		i += used - 1
	}
	return plain, changed
}

// escaped returns the byte that the text after a backslash stands for, and how
// many bytes stand for it: 0 when it is not an escape.
func escaped(rest []byte) (c byte, used int) {
	switch rest[0] {
	case 'n', 'r':
		return '\n', 1
	case 't':
		return ' ', 1
	case '\n', '\r', ' ', '/', '"', '\'', '=', '+':
		return rest[0], 1
	case 'u':
		if len(rest) >= 5 && rest[1] == '0' && rest[2] == '0' {
			if b, ok := Hex(rest[3:5]); ok && len(b) == 1 && b[0] < 0x80 {
				return b[0], 5
			}
		}
	}
	return 0, 0
}
