package passtext_test

import (
	"errors"
	"testing"
	"unicode/utf16"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/passtext"
)

func encode16(text string, big bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

func TestRead(t *testing.T) {
	for data, want := range map[string]string{
		"correct horse": "correct horse", "correct horse\n": "correct horse", "correct horse\r\n": "correct horse", "correct horse\n\n": "correct horse\n", " a \n": " a ", "\r": "\r", "": "", "\n": "",
		"\ufeffcorrect horse\r\n": "correct horse", "caf\u00e9\n": "caf\u00e9", "\xe9\xff": "\xe9\xff",
		encode16("\ufeffcaf\u00e9 \U0001f40e\r\n", false): "caf\u00e9 \U0001f40e", encode16("\ufeffcaf\u00e9\n", true): "caf\u00e9",
		encode16("correct\r\n", false): "correct", encode16("correct", true): "correct", "a\x00\x00b": "a\x00\x00b", "abc\x00": "abc\x00",
	} {
		if got, err := passtext.Read([]byte(data)); err != nil || string(got) != want {
			t.Errorf("%q: got %q, %v", data, got, err)
		}
	}
	for _, data := range []string{"\xff\xfea", "\xfe\xff\xd8\x00", "\xff\xfe\x00\xd8a\x00"} {
		if _, err := passtext.Read([]byte(data)); !errors.Is(err, passtext.ErrUTF16) {
			t.Errorf("%q: got %v", data, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("\ufeffcorrect horse\r\n"))
	f.Add([]byte("\xff\xfea\x00\n\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := passtext.Read(data); err == nil && len(got) > 2*len(data) {
			t.Fatal("it grew")
		}
	})
}
