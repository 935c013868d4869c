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

// FirstCause returns the first violation, zero if everything was valid so far.
func (s *Scanner) FirstCause() Cause { return s.cause }

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

// StringSet is a set of strings in the order in which they were added: the names
// in one object, or the scopes of one token. The first twelve need no memory
// beside the set and are searched one by one, which is fastest for so few.
type StringSet struct {
	count int
	few   [12]string
	many  []string            // those after few
	index map[string]struct{} // of many
}

// Add reports whether s is new.
func (set *StringSet) Add(s string) bool {
	for _, old := range set.few[:min(set.count, len(set.few))] {
		if old == s {
			return false
		}
	}
	if set.count < len(set.few) {
		set.few[set.count] = s
		set.count++
		return true
	}
	if _, old := set.index[s]; old {
		return false
	}
	if set.index == nil {
		set.index = make(map[string]struct{})
	}
	set.index[s] = struct{}{}
	set.many = append(set.many, s)
	set.count++
	return true
}

// At returns the string that was added as number i, counted from zero.
func (set *StringSet) At(i int) string {
	if i < len(set.few) {
		return set.few[i]
	}
	return set.many[i-len(set.few)]
}

// AppendTo appends the strings to list.
func (set *StringSet) AppendTo(list []string) []string {
	return append(append(list, set.few[:min(set.count, len(set.few))]...), set.many...)
}

// Join returns the strings of both sets as two lists that share their memory.
// Appending to the first does not write into the second, and an empty one is nil.
func (set *StringSet) Join(other *StringSet) (first, second []string) {
	if set.count+other.count == 0 {
		return nil, nil
	}
	list := other.AppendTo(set.AppendTo(make([]string, 0, set.count+other.count)))
	if set.count > 0 {
		first = list[:set.count:set.count]
	}
	if other.count > 0 {
		second = list[set.count:]
	}
	return first, second
}
