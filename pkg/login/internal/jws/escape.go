package jws

import (
	"unicode/utf16"
	"unicode/utf8"
)

// runeLength returns the length of the UTF-8 sequence that s begins with, or 0 if
// it begins with another byte.
func runeLength(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n <= 1 {
		return 0
	}
	return n
}

// unescape reads the rest of a string that began at start and has its first
// escape at i. Its cost grows with the string, not with the text that follows:
// many short strings in a forged header must not be expensive.
func (s *Scanner) unescape(start, i int, wanted bool) (value string, ok bool) {
	var out []byte
	if wanted {
		out = append(out, s.Text[start:i]...)
	}
	for i < len(s.Text) {
		c := s.Text[i]
		switch {
		case c == '"':
			s.at = i + 1
			return string(out), true
		case c == '\\':
			r, n, cause := escape(s.Text[i:])
			if cause != 0 {
				s.fail(cause)
				return "", false
			}
			if wanted {
				out = utf8.AppendRune(out, r)
			}
			i += n
		case c < ' ':
			s.fail(NotJSON)
			return "", false
		default:
			n := runeLength(s.Text[i:])
			if n == 0 {
				s.fail(NotUTF8)
				return "", false
			}
			if wanted {
				out = append(out, s.Text[i:i+n]...)
			}
			i += n
		}
	}
	s.fail(NotJSON)
	return "", false
}

// escape reads the escape that s begins with and returns its length. The cause
// is zero for a valid one.
func escape(s string) (r rune, length int, cause Cause) {
	if len(s) < 2 {
		return 0, 0, NotJSON
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2, 0
	case 'b':
		return '\b', 2, 0
	case 'f':
		return '\f', 2, 0
	case 'n':
		return '\n', 2, 0
	case 'r':
		return '\r', 2, 0
	case 't':
		return '\t', 2, 0
	}
	r, ok := codeUnit(s)
	if !ok {
		return 0, 0, NotJSON
	}
	if !utf16.IsSurrogate(r) {
		return r, 6, 0
	}
	low, ok := codeUnit(s[6:])
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, 0, NotUTF8 // an unpaired surrogate stands for no character
	}
	return r, 12, 0
}

// codeUnit reads a \uXXXX.
func codeUnit(s string) (r rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, c := range []byte(s[2:6]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
