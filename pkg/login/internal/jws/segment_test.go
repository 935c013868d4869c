package jws

import (
	"encoding/base64"
	"testing"
)

// FuzzSegment checks DecodeSegment against its definition: it accepts the text that
// encoding the value gives, and no other.
func FuzzSegment(f *testing.F) {
	for _, seed := range []string{"", "A", "AA", "AB", "AAA", "AAAA", "AAAAA", "AA\nA", "AA\nAA", "AA==", "-_-_", "+/+/", "A\r\nAAA", "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, segment string) {
		value, ok := DecodeSegment(nil, segment)
		if ok && base64.RawURLEncoding.EncodeToString(value) != segment {
			t.Errorf("%q is taken and is not canonical", segment)
		}
		if _, again := DecodeSegment(make([]byte, 1, 7), segment); again != ok {
			t.Errorf("%q: %v with a buffer, %v without", segment, again, ok)
		}
		if plain, err := base64.RawURLEncoding.DecodeString(segment); err == nil && !ok && base64.RawURLEncoding.EncodeToString(plain) == segment {
			t.Errorf("%q is canonical and is not taken", segment)
		}
	})
}
