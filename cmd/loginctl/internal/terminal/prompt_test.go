package terminal

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

func TestReadHidden(t *testing.T) {
	for _, test := range []struct {
		name, typed, want string
		err               error
	}{
		{"a line", "correct horse\r", "correct horse", nil},
		{"a line that was pasted", "correct horse\nmore", "correct horse", nil},
		{"an empty line", "\r", "", nil},
		{"a letter taken back", "corrx\x7fect\r", "correct", nil},
		{"a letter of two bytes taken back", "né\bu\r", "nu", nil},
		{"nothing to take back", "\x7f\bab\r", "ab", nil},
		{"begun anew with ^U", "wrong\x15right\r", "right", nil},
		{"bytes that are no UTF-8", "\xff\xfe\r", "\xff\xfe", nil},
		{"^D behind a word", "ab\x04c\r", "abc", nil},
		{"a word taken back with ^W", "correct wrong \x17horse\r", "correct horse", nil},
		{"the only word taken back", "wrong\x17right\r", "right", nil},
		{"an arrow", "ab\x1b[Dc\r", "abc", nil},
		{"a function key", "ab\x1b[15~c\r", "abc", nil},
		{"a key of the application mode", "ab\x1bOPc\r", "abc", nil},
		{"Alt and a letter", "ab\x1bxc\r", "abc", nil},
		{"tab and other controls", "a\tb\x01\x00c\r", "abc", nil},
		{"^Z", "ab\x1ac\r", "abc", nil},
		{"^D", "\x04", "", io.EOF},
		{"^C", "ab\x03", "", outcome.ErrInterrupted},
		{"^\\", "ab\x1c", "", outcome.ErrInterrupted},
		{"the terminal is gone", "ab", "", io.EOF},
		{"more than a passphrase", strings.Repeat("x", MaxPassphrase+2), "", outcome.ErrTooMuch},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readHidden(strings.NewReader(test.typed), io.Discard)
			if string(got) != test.want || !errors.Is(err, test.err) {
				t.Errorf("%q, %v, want %q, %v", got, err, test.want, test.err)
			}
		})
	}
}

// TestRefusedKeysRing checks that a key that types no character is refused audibly.
func TestRefusedKeysRing(t *testing.T) {
	for typed, rings := range map[string]int{"abc\r": 0, "a\x01\r": 1, "a\x1b[D\r": 1, "\t\x1a\r": 2, "wrong\x17\x15\x7f\r": 0} {
		var heard strings.Builder
		if _, err := readHidden(strings.NewReader(typed), &heard); err != nil || heard.String() != strings.Repeat("\a", rings) {
			t.Errorf("%q: %q, %v, want %d bells", typed, heard.String(), err, rings)
		}
	}
}
