package secretcheck

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strconv"
)

// lookRuns looks at the base64 and the hexadecimal that stand within other text, such
// as a data URI, brackets or a list, and begin or end where no group of four does. Only a
// text that decodes to something with the signs of a key is refused, so that no random
// text is.
func (s *search) lookRuns(text []byte, depth int) {
	for run := range bytes.FieldsFuncSeq(text, func(r rune) bool { return !isBase64(r) }) {
		if len(run) >= minRun {
			s.lookShifted(run, depth)
		}
	}
	s.lookJoined(text, depth, isBase64)
	s.lookJoined(text, depth, func(r rune) bool { return r != '-' && r != '_' && isBase64(r) })
	s.lookBase32(text, depth)
	if digits := hexDigits(text); len(digits) >= minRun {
		s.owned = append(s.owned, digits)
		s.ownPart(fromHex(digits), depth)
		s.ownPart(fromHex(digits[1:]), depth)
	}
}

// lookJoined looks at the base64 in text without the separators of its pieces, such
// as commas.
func (s *search) lookJoined(text []byte, depth int, in func(rune) bool) {
	joined := make([]byte, 0, len(text))
	for _, c := range text {
		if in(rune(c)) {
			joined = append(joined, c)
		}
	}
	s.owned = append(s.owned, joined)
	if len(joined) < len(text) && len(joined) >= minRun {
		s.lookShifted(joined, depth)
	}
}

// base32s are the alphabets of RFC 4648 sections 6 and 7.
var base32s = []*base32.Encoding{base32.StdEncoding.WithPadding(base32.NoPadding), base32.HexEncoding.WithPadding(base32.NoPadding)}

func isBase64(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '/' || r == '-' || r == '_'
}

// lookShifted decodes run from each of its first four characters.
func (s *search) lookShifted(run []byte, depth int) {
	standard := bytes.Map(func(r rune) rune {
		switch r {
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, run)
	s.owned = append(s.owned, standard)
	for i := range 4 {
		whole := standard[i:]
		if len(whole)%4 == 1 { // which is no byte
			whole = whole[:len(whole)-1]
		}
		decoded := make([]byte, base64.RawStdEncoding.DecodedLen(len(whole)))
		if _, err := base64.RawStdEncoding.Decode(decoded, whole); err == nil {
			s.ownPart(decoded, depth)
		}
	}
}

// ownPart looks only for a part of a key in b, and at its layers only if it is base64.
func (s *search) ownPart(b []byte, depth int) {
	s.owned = append(s.owned, b)
	if s.looked += len(b); s.found != nil || s.looked > maxBytes || len(b) < minLooked {
		return
	}
	if name := keyPart(b); name != "" {
		s.key(name, depth+1)
		return
	}
	// Base64 in base64, of which the outer one has lost its beginning.
	if len(bytes.TrimFunc(b, isBase64)) == 0 {
		s.look(b, depth+1)
	}
}

// hexDigits returns the digits of hexadecimal that is written as lists or with prefixes:
// 0x30,0x82; 30-82; \x30\x82. It returns nil for another text.
func hexDigits(text []byte) []byte {
	digits := make([]byte, 0, len(text))
	for i, c := range text {
		switch {
		case (c == 'x' || c == 'X') && i > 0 && (text[i-1] == '0' || text[i-1] == '\\'):
			if text[i-1] == '0' {
				digits = digits[:len(digits)-1]
			}
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
			digits = append(digits, c)
		case bytes.IndexByte([]byte(" \t\r\n,:;-\\[]{}()"), c) < 0:
			clear(digits)
			return nil
		}
	}
	return digits
}

func fromHex(digits []byte) []byte {
	decoded := make([]byte, len(digits)/2)
	if _, err := hex.Decode(decoded, digits[:len(decoded)*2]); err != nil {
		return nil
	}
	return decoded
}

// decimals returns the bytes that text lists as decimal numbers, as a program prints an
// array of them, or nil.
func decimals(text []byte) []byte {
	list := make([]byte, 0, len(text)/2)
	for field := range bytes.FieldsFuncSeq(text, func(r rune) bool { return bytes.ContainsRune([]byte(" \t\r\n,;[]{}()"), r) }) {
		n, err := strconv.ParseUint(string(field), 10, 8)
		if err != nil {
			clear(list)
			return nil
		}
		list = append(list, byte(n))
	}
	return list
}

// unescaped decodes the escapes of languages and of markup, \x2d, \u002d, \055 and
// &#45;, or returns nil where there is none.
func unescaped(text []byte) []byte {
	plain, found := make([]byte, 0, len(text)), false
	for i := 0; i < len(text); {
		c, used := escape(text[i:])
		if found = found || used > 1; used == 0 {
			c, used = text[i], 1
		}
		plain = append(plain, c)
		i += used
	}
	if !found {
		clear(plain)
		return nil
	}
	return plain
}

// escape returns the byte that an escape at the beginning of text stands for, and its
// length: 0 if there is none.
func escape(text []byte) (c byte, used int) {
	var digits, end, base = []byte(nil), 0, 16
	switch {
	case len(text) >= 4 && text[0] == '\\' && text[1] == 'x':
		digits, end = text[2:4], 4
	case len(text) >= 6 && text[0] == '\\' && text[1] == 'u':
		digits, end = text[2:6], 6
	case len(text) >= 4 && text[0] == '\\':
		digits, end, base = text[1:4], 4, 8
	case bytes.HasPrefix(text, []byte("&#")):
		semicolon := bytes.IndexByte(text[:min(len(text), 8)], ';')
		if semicolon < 0 {
			return 0, 0
		}
		digits, end, base = text[2:semicolon], semicolon+1, 10
		if after, found := bytes.CutPrefix(digits, []byte("x")); found {
			digits, base = after, 16
		}
	}
	n, err := strconv.ParseUint(string(digits), base, 8)
	if err != nil {
		return 0, 0
	}
	return byte(n), end
}
