// Package passtext reads a passphrase from a file or a variable, as editors and
// shells of each system write it.
package passtext

import (
	"bytes"
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrUTF16 is the error of a text that begins as UTF-16 and is cut short or damaged.
var ErrUTF16 = errors.New("the passphrase begins as UTF-16 does and is damaged; save it as UTF-8")

// Read returns the passphrase in data: UTF-8, or UTF-16 with a byte order mark, or
// ASCII in UTF-16 without one. The mark is cut, and one final newline, LF or CRLF. Blanks
// belong to the passphrase. The result may share memory with data; clear both
// after use.
func Read(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], 1)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], 0)
	case asciiUnits(data, 1):
		return fromUTF16(data, 1)
	case asciiUnits(data, 0):
		return fromUTF16(data, 0)
	}
	return cutNewline(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))), nil
}

func cutNewline(text []byte) []byte {
	if cut, ok := bytes.CutSuffix(text, []byte("\n")); ok {
		return bytes.TrimSuffix(cut, []byte("\r"))
	}
	return text
}

// asciiUnits reports whether every unit of data has a zero byte at high and ASCII
// beside it. A passphrase has no zero bytes otherwise.
func asciiUnits(data []byte, high int) bool {
	if len(data) < 2 || len(data)%2 != 0 {
		return false
	}
	for i := 0; i < len(data); i += 2 {
		if low := data[i+1-high]; data[i+high] != 0 || low == 0 || low >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func fromUTF16(data []byte, high int) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, ErrUTF16
	}
	// Three bytes a unit: it never grows, which would leave a copy.
	text := make([]byte, 0, len(data)/2*3)
	for i := 0; i < len(data); i += 2 {
		r := rune(data[i+high])<<8 | rune(data[i+1-high])
		if utf16.IsSurrogate(r) {
			i += 2
			if i >= len(data) {
				clear(text)
				return nil, ErrUTF16
			}
			r = utf16.DecodeRune(r, rune(data[i+high])<<8|rune(data[i+1-high]))
			if r == utf8.RuneError {
				clear(text)
				return nil, ErrUTF16
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return cutNewline(text), nil
}
