package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape escapes every character that could act on a terminal or hide there: controls,
// bidirectional and zero-width characters, and bytes that are not UTF-8.
func Escape(s string) string {
	return escapeWith(s, func(b *strings.Builder, r rune) {
		switch {
		case r < 0x80:
			fmt.Fprintf(b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			fmt.Fprintf(b, `\U%08x`, r)
		}
	})
}

// EscapeJSON does the same to JSON text without changing its meaning: in JSON such
// characters stand inside strings only.
func EscapeJSON(s string) string {
	return escapeWith(s, func(b *strings.Builder, r rune) {
		if r <= 0xffff {
			fmt.Fprintf(b, `\u%04x`, r)
			return
		}
		r -= 0x10000
		fmt.Fprintf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	})
}

func escapeWith(s string, write func(*strings.Builder, rune)) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			write(&b, rune(s[i]))
		case Visible(r):
			b.WriteString(s[i : i+size])
		default:
			write(&b, r)
		}
		i += size
	}
	return b.String()
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Visible reports whether a character shows as itself: it is assigned and printable, and
// neither ignored by default (Unicode 5.21, in property DerivedCoreProperties) nor the
// blank of Braille.
func Visible(r rune) bool {
	return unicode.IsPrint(r) && !defaultIgnorable(r) && r != 0x2800
}

// defaultIgnorable reports whether a character has the property
// Default_Ignorable_Code_Point, as Unicode derives it: what other properties make
// ignorable, format characters and variation selectors. Go's tables have the parts.
// Format characters are not printable, and so is everything unassigned.
func defaultIgnorable(r rune) bool {
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r) ||
		unicode.Is(unicode.Cf, r)
}
