package jws

import (
	"time"
	"unicode/utf8"
)

// The limits of JSON in a token.
const (
	// MaxDepth is the deepest nesting that is read: an object is one level, a
	// value in it two.
	MaxDepth = 32
	// MaxNumber is the longest number that is read. RFC 8259 section 6 allows a
	// limit, and other readers have one. No number of a token needs more characters.
	MaxNumber = 1024
)

// Scanner reads one JSON text strictly, in one pass and without building
// values: RFC 8259 to the letter, UTF-8 only, no unpaired surrogates (the
// I-JSON of RFC 7493), no duplicate names at any level, [MaxDepth], [MaxNumber].
// FuzzScanner compares its verdict with that of go-json-experiment's jsontext.
// It exists because reading the claims is most of the cost of an HMAC token.
//
// A caller reads an object with Begin, then Member and one method that reads the
// value in turn, and last End.
type Scanner struct {
	Text  string
	at    int
	cause Cause // the first one; nothing read after it counts
}

// Cause returns the first violation, zero if there is none so far.
func (s *Scanner) Cause() Cause { return s.cause }

func (s *Scanner) fail(cause Cause) {
	if s.cause == 0 {
		s.cause = cause
	}
	s.at = len(s.Text)
}

// Begin reads the bracket of the outermost object.
func (s *Scanner) Begin() {
	if !s.Open('{', 1) {
		s.fail(NotObject)
	}
}

// Peek skips white space and returns the byte after it, 0 at the end.
func (s *Scanner) Peek() byte {
	for s.at < len(s.Text) {
		switch c := s.Text[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// Open reads the bracket that begins an object or an array at the given depth.
func (s *Scanner) Open(bracket byte, depth int) bool {
	if s.Peek() != bracket {
		return false
	}
	if depth > MaxDepth {
		s.fail(TooDeep)
		return false
	}
	s.at++
	return true
}

// End reports whether only white space is left and nothing was violated.
func (s *Scanner) End() bool {
	if s.cause == 0 && (s.Peek() != 0 || s.at < len(s.Text)) {
		s.fail(NotJSON)
	}
	return s.cause == 0
}

// Member reads up to the value of an object's next member and returns its
// name. After the last one, or a violation, ok is false.
func (s *Scanner) Member(seen *StringSet) (name string, ok bool) {
	if !s.More(seen.count == 0, '}') {
		return "", false
	}
	if s.Peek() != '"' {
		s.fail(NotJSON)
		return "", false
	}
	name, ok = s.Quoted()
	if !ok {
		return "", false
	}
	if s.Peek() != ':' {
		s.fail(NotJSON)
		return "", false
	}
	s.at++
	if !seen.Add(name) {
		s.fail(DuplicateName)
		return "", false
	}
	return name, true
}

// More reads the comma before the next element, or the bracket after the last.
// There is no comma before the first.
func (s *Scanner) More(first bool, bracket byte) bool {
	switch c := s.Peek(); {
	case c == bracket:
		s.at++
		return false
	case first && c != 0:
		return true
	case c == ',':
		s.at++
		return true
	}
	s.fail(NotJSON)
	return false
}

// Skip reads a value of any kind inside depth levels.
func (s *Scanner) Skip(depth int) {
	switch s.Peek() {
	case '{':
		s.skipObject(depth + 1)
	case '[':
		s.skipArray(depth + 1)
	case '"':
		s.readString(false)
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.Number()
	}
}

func (s *Scanner) skipObject(depth int) {
	var seen StringSet
	if !s.Open('{', depth) {
		return
	}
	for _, ok := s.Member(&seen); ok; _, ok = s.Member(&seen) {
		s.Skip(depth)
	}
}

func (s *Scanner) skipArray(depth int) {
	if !s.Open('[', depth) {
		return
	}
	for first := true; s.More(first, ']'); first = false {
		s.Skip(depth)
	}
}

func (s *Scanner) literal(word string) {
	if len(s.Text)-s.at < len(word) || s.Text[s.at:s.at+len(word)] != word {
		s.fail(NotJSON)
		return
	}
	s.at += len(word)
}

// Quoted reads a string and returns its value, which shares the memory of the
// text unless the string has escapes.
func (s *Scanner) Quoted() (value string, ok bool) { return s.readString(true) }

func (s *Scanner) readString(wanted bool) (value string, ok bool) {
	start := s.at + 1
	for i := start; i < len(s.Text); {
		c := s.Text[i]
		switch {
		case c == '"':
			s.at = i + 1
			return s.Text[start:i], true
		case c == '\\':
			return s.unescape(start, i, wanted)
		case c < ' ':
			s.fail(NotJSON)
			return "", false
		case c < utf8.RuneSelf:
			i++
		default:
			n := runeLength(s.Text[i:])
			if n == 0 {
				s.fail(NotUTF8)
				return "", false
			}
			i += n
		}
	}
	s.fail(NotJSON)
	return "", false
}

// Date reads a number as a NumericDate: see [NumericDate].
func (s *Scanner) Date() time.Time {
	start, seconds := s.at, int64(0)
	for i := start; i < len(s.Text) && i-start < 12; i++ {
		c := s.Text[i]
		if c < '0' || c > '9' {
			// Most dates are plain numbers of ten digits. A leading zero, a
			// fraction or an exponent is for the grammar below.
			if c == '.' || c|0x20 == 'e' || i == start || s.Text[start] == '0' {
				break
			}
			s.at = i
			return time.Unix(seconds, 0).UTC()
		}
		seconds = seconds*10 + int64(c-'0')
	}
	number, ok := s.Number()
	if !ok {
		return time.Time{}
	}
	return NumericDate(number)
}
