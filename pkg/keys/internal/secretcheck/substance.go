package secretcheck

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/keys/internal/textform"
)

const (
	maxDepth   = 8                     // layers within each other
	maxBytes   = 16 * textform.MaxSize // that are looked at in all
	minLooked  = 16                    // a shorter text holds no sign of a key
	maxGuessed = 16 << 10              // a key in one file has less
	minKey     = 40                    // a shorter text holds no key: that of Ed25519 has 44 bytes
)

// Substance refuses bytes that are a key or another thing than a secret, under any
// layers. Its error is a [*Refusal].
func Substance(data []byte) error {
	s := &search{}
	defer s.clear()
	s.look(data, 0)
	if s.found == nil && s.looked > maxBytes {
		return refuse(Other, "the text has too many layers of quotes and encodings for a secret")
	}
	return s.found
}

// search is a walk through the layers of a text.
type search struct {
	found  error
	looked int // bytes
	owned  [][]byte

	flate     io.Reader
	disguised bool // within a text that was written backwards or in ROT13
}

func (s *search) clear() {
	for _, b := range s.owned {
		clear(b)
	}
}

// look judges b and what is under its layers.
func (s *search) look(b []byte, depth int) {
	if s.looked += len(b) + 1; s.found != nil || s.looked > maxBytes || depth > maxDepth || depth > 0 && len(b) < minLooked {
		return
	}
	if name := fileName(b); name != "" && !isText(b) {
		s.found = refuse(Other, "this is "+name+", not a secret")
		return
	}
	if name := keyPart(b); name != "" {
		s.key(name, depth)
		return
	}
	if text, ok, _ := textform.UTF16(b); ok {
		s.own(text, depth)
	}
	if !isText(b) {
		if zeros := bytes.Count(b, []byte{0}); 3*zeros > len(b) && zeros < len(b) {
			s.own(bytes.ReplaceAll(b, []byte{0}, nil), depth) // UTF-16 with something around it
		}
		s.lookCompressed(b, depth)
		s.lookDisguised(b, depth)
		return
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	s.lookText(text, depth)
	s.lookDisguised(text, depth)
	if s.found == nil && foldedPart(text) {
		s.key("the base64 of a key, in letters of another size", depth)
	}
	if name := otherText(text); s.found == nil && name != "" {
		s.found = refuse(Other, "this is "+name+", not a secret; make one with: loginctl keygen --alg HS256")
	}
}

func (s *search) key(name string, depth int) {
	within := ""
	if depth > 0 {
		within = ", encoded or in quotes"
	}
	s.found = refuse(Key, "this is "+name+within)
}

// own looks at a decoded copy, which is cleared in the end.
func (s *search) own(b []byte, depth int) {
	s.owned = append(s.owned, b)
	s.look(b, depth+1)
}

// guess looks at a copy that is decoded by a layer which also fits random text. Only a
// key in it counts: random text decompresses to a row of dots by chance.
func (s *search) guess(b []byte, depth int) {
	if len(b) < minKey || len(b) > maxGuessed {
		return
	}
	before := s.found
	s.own(b, depth)
	if refusal, ok := s.found.(*Refusal); ok && refusal.Kind != Key {
		s.found = before
	}
}

// lookText looks under each layer that text may have.
func (s *search) lookText(text []byte, depth int) {
	if inQuotes(text) {
		s.look(text[1:len(text)-1], depth+1)
	}
	if decoded, ok := textform.Base64(bytes.Trim(text, "\"'`")); ok {
		s.own(decoded, depth)
	}
	if decoded, ok := textform.Hex(text); ok {
		s.own(decoded, depth)
	}
	if bytes.IndexByte(text, '%') >= 0 {
		if decoded, ok := textform.Percent(text, bytes.Contains(text, []byte("BEGIN+"))); ok {
			s.own(decoded, depth)
		}
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		if plain := withoutBackslashes(text); plain != nil {
			s.own(plain, depth)
		}
	}
	if plain := unescaped(bytesLiteral(text)); plain != nil {
		s.own(plain, depth)
	}
	if rest := afterPrefix(text); rest != nil {
		s.guess(bytes.Clone(rest), depth)
	}
	if list := decimals(text); len(list) >= minLooked {
		s.own(list, depth)
	}
	s.lookNumbers(text, depth)
	s.lookBits(text, depth)
	s.lookBase85(text, depth)
	s.lookDump(text, depth)
	s.lookValues(text, depth)
	s.lookRuns(text, depth)
}

// withoutBackslashes makes newlines of \n and \r and drops other backslashes.
func withoutBackslashes(text []byte) []byte {
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\\' && i+1 < len(text) && (text[i+1] == 'n' || text[i+1] == 'r') {
			i++
			c = '\n'
		}
		if c != '\\' {
			plain = append(plain, c)
		}
	}
	return plain
}

// lookValues looks at the strings of JSON, and at the values of lines NAME=value and
// NAME: value.
func (s *search) lookValues(text []byte, depth int) {
	if len(text) > 0 && bytes.IndexByte([]byte(`{["`), text[0]) >= 0 {
		s.lookStrings(text, depth)
	}
	if _, value, ok := textform.Assignment(text); ok {
		s.look(value, depth+1)
	}
	if bytes.IndexByte(text, '\n') < 0 {
		return
	}
	for line := range bytes.Lines(text) {
		if _, value, ok := textform.Assignment(line); ok {
			s.look(value, depth+1)
		}
	}
}

func (s *search) lookStrings(text []byte, depth int) {
	// Of a Buffer, which the decoder does not copy.
	d := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for s.found == nil {
		token, err := d.ReadToken()
		if err != nil {
			return
		}
		if token.Kind() == '"' && !isName(d) {
			s.own([]byte(token.String()), depth)
		}
	}
}

// isName reports whether the string that d read last is the name of a member.
func isName(d *jsontext.Decoder) bool {
	kind, length := d.StackIndex(d.StackDepth())
	return kind == '{' && length%2 == 1
}
