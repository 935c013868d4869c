package jws

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

// MemberValue returns the text of one member of an object that is known to be
// good.
func MemberValue(object, name string) (value string, ok bool) {
	s := Scanner{Text: object}
	var seen StringSet
	s.Begin()
	for {
		found, ok := s.Member(&seen)
		if !ok {
			return "", false
		}
		s.Peek()
		start := s.at
		s.Skip(1)
		if found == name {
			return object[start:s.at], true
		}
	}
}

// CheckObject returns the reason why a text is not a strict JSON object, zero if
// it is one.
func CheckObject(text string) Cause {
	s := Scanner{Text: text}
	if s.Peek() != '{' {
		return NotObject
	}
	s.Skip(0)
	s.End()
	return s.cause
}
