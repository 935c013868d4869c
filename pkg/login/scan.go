package login

// maxDepth is how deep the JSON of a header or of claims may nest: an object
// is one level, what is in it two.
const maxDepth = 32

// maxNumber is how long a number may be. RFC 8259 section 6 lets a reader set
// a limit, and readers elsewhere have one: no number of a token needs more, and
// one that only some can read is no common ground.
const maxNumber = 1024

// fault is why a JSON text was refused; zero means it was not.
type fault uint8

const (
	_ fault = iota
	notJSON
	notObject
	notUTF8
	duplicateName
	tooDeep
	longNumber
)

func (f fault) String() string {
	return [...]string{
		notJSON:       "is not valid JSON",
		notObject:     "is not a JSON object",
		notUTF8:       "is not UTF-8",
		duplicateName: "has a name twice",
		tooDeep:       "is nested deeper than 32 levels",
		longNumber:    "has a number of more than 1024 characters",
	}[f]
}

// flaws returns the errors for the faults of one part of a token.
func flaws(part string) (errs [longNumber + 1]error) {
	for f := notJSON; f <= longNumber; f++ {
		errs[f] = malformed("the " + part + " " + f.String())
	}
	return errs
}

// Both are read only.
var headerFlaws, claimsFlaws = flaws("header"), flaws("claims set")

// scanner reads one JSON text strictly, in one pass and without building
// anything: RFC 8259 to the letter, UTF-8 only, no unpaired surrogates (the
// I-JSON of RFC 7493), no duplicate names at any level, maxDepth, maxNumber. It
// is else held to the verdict of go-json-experiment's jsontext by FuzzScanner, and exists
// because reading the claims is most of the cost of an HMAC token.
type scanner struct {
	text  string
	at    int
	fault // the first one; nothing read after it counts
}

func (s *scanner) fail(why fault) {
	if s.fault == 0 {
		s.fault = why
	}
	s.at = len(s.text)
}

// peek skips white space and returns the byte after it, 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// open reads the bracket that begins an object or an array at the given depth.
func (s *scanner) open(bracket byte, depth int) bool {
	if s.peek() != bracket {
		return false
	}
	if depth > maxDepth {
		s.fail(tooDeep)
		return false
	}
	s.at++
	return true
}

// end reports whether only white space is left and nothing was at fault.
func (s *scanner) end() bool {
	if s.fault == 0 && (s.peek() != 0 || s.at < len(s.text)) {
		s.fail(notJSON)
	}
	return s.fault == 0
}

// member reads up to the value of an object's next member and returns its
// name. After the last one, or a fault, ok is false.
func (s *scanner) member(seen *distinct) (name string, ok bool) {
	if !s.more(seen.count == 0, '}') {
		return "", false
	}
	if s.peek() != '"' {
		s.fail(notJSON)
		return "", false
	}
	name, ok = s.quoted()
	if !ok {
		return "", false
	}
	if s.peek() != ':' {
		s.fail(notJSON)
		return "", false
	}
	s.at++
	if !seen.add(name) {
		s.fail(duplicateName)
		return "", false
	}
	return name, true
}

// more reads the comma before the next element, which the first has not, or
// the bracket after the last.
func (s *scanner) more(first bool, bracket byte) bool {
	switch c := s.peek(); {
	case c == bracket:
		s.at++
		return false
	case first && c != 0:
		return true
	case c == ',':
		s.at++
		return true
	}
	s.fail(notJSON)
	return false
}

// skip reads a value of any kind inside depth levels.
func (s *scanner) skip(depth int) {
	switch s.peek() {
	case '{':
		s.skipObject(depth + 1)
	case '[':
		s.skipArray(depth + 1)
	case '"':
		s.skipString()
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.number()
	}
}

func (s *scanner) skipObject(depth int) {
	var seen distinct
	if !s.open('{', depth) {
		return
	}
	for _, ok := s.member(&seen); ok; _, ok = s.member(&seen) {
		s.skip(depth)
	}
}

func (s *scanner) skipArray(depth int) {
	if !s.open('[', depth) {
		return
	}
	for first := true; s.more(first, ']'); first = false {
		s.skip(depth)
	}
}

func (s *scanner) literal(word string) {
	if len(s.text)-s.at < len(word) || s.text[s.at:s.at+len(word)] != word {
		s.fail(notJSON)
		return
	}
	s.at += len(word)
}

// number reads a number and returns its text.
func (s *scanner) number() (text string, ok bool) {
	start := s.at
	s.accept('-')
	if !s.accept('0') && !s.digits() {
		s.fail(notJSON)
		return "", false
	}
	if s.accept('.') && !s.digits() {
		s.fail(notJSON)
		return "", false
	}
	if s.accept('e') || s.accept('E') {
		if !s.accept('+') {
			s.accept('-')
		}
		if !s.digits() {
			s.fail(notJSON)
			return "", false
		}
	}
	if s.at-start > maxNumber {
		s.fail(longNumber)
		return "", false
	}
	return s.text[start:s.at], true
}

func (s *scanner) accept(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}
