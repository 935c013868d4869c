package jws

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
