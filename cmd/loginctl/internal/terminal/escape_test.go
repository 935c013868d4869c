package terminal

import "testing"

// TestInvisibleIsEscaped names characters that show nothing or hide others.
func TestInvisibleIsEscaped(t *testing.T) {
	for _, r := range []rune{
		0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x180e, 0x180f, 0x200b, 0x202e, 0x2060, 0x2066, 0x2800,
		0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xe0001, 0xe0041, 0xe0100, 0xe01ef, 0x1bca0, 0x1d173, 0xe000, 0x10ffff, 0x378, 0x85, 0xad,
	} {
		if Visible(r) {
			t.Errorf("%U counts as visible", r)
		}
		if text := Escape("a" + string(r) + "b"); len(text) < len(`a\xNNb`) || text[1] != '\\' {
			t.Errorf("%U is not escaped: %q", r, text)
		}
	}
	for _, r := range []rune{' ', 'a', 0xe9, 0x4e2d, 0x1f600, 0x2801} {
		if !Visible(r) {
			t.Errorf("%U counts as invisible", r)
		}
	}
}
