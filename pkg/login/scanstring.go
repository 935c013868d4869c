package login

import (
	"unicode/utf16"
	"unicode/utf8"
)

// quoted reads a string and returns what it stands for. It shares the text's
// memory unless the string has escapes.
func (s *scanner) quoted() (value string, ok bool) { return s.readString(true) }

// skipString reads a string that nobody asks for: only whether it is one.
func (s *scanner) skipString() { s.readString(false) }

func (s *scanner) readString(wanted bool) (value string, ok bool) {
	start := s.at + 1
	for i := start; i < len(s.text); {
		c := s.text[i]
		switch {
		case c == '"':
			s.at = i + 1
			return s.text[start:i], true
		case c == '\\':
			return s.unescape(start, i, wanted)
		case c < ' ':
			s.fail(notJSON)
			return "", false
		case c < utf8.RuneSelf:
			i++
		default:
			n := runeLength(s.text[i:])
			if n == 0 {
				s.fail(notUTF8)
				return "", false
			}
			i += n
		}
	}
	s.fail(notJSON)
	return "", false
}

// runeLength returns the bytes of the UTF-8 sequence s begins with, 0 when it
// begins with none.
func runeLength(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n <= 1 {
		return 0
	}
	return n
}

// unescape reads the rest of a string that began at start and has its first
// escape at i. What it takes grows with the string, not with the text that
// follows: many short strings in a forged header must not be expensive.
func (s *scanner) unescape(start, i int, wanted bool) (value string, ok bool) {
	var out []byte
	if wanted {
		out = append(out, s.text[start:i]...)
	}
	for i < len(s.text) {
		c := s.text[i]
		switch {
		case c == '"':
			s.at = i + 1
			return string(out), true
		case c == '\\':
			r, n, why := escape(s.text[i:])
			if why != 0 {
				s.fail(why)
				return "", false
			}
			if wanted {
				out = utf8.AppendRune(out, r)
			}
			i += n
		case c < ' ':
			s.fail(notJSON)
			return "", false
		default:
			n := runeLength(s.text[i:])
			if n == 0 {
				s.fail(notUTF8)
				return "", false
			}
			if wanted {
				out = append(out, s.text[i:i+n]...)
			}
			i += n
		}
	}
	s.fail(notJSON)
	return "", false
}

// escape reads the escape that s begins with and returns its length.
func escape(s string) (r rune, length int, why fault) {
	if len(s) < 2 {
		return 0, 0, notJSON
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
		return 0, 0, notJSON
	}
	if !utf16.IsSurrogate(r) {
		return r, 6, 0
	}
	low, ok := codeUnit(s[6:])
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, 0, notUTF8 // an unpaired surrogate stands for no character
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
