package terminal

import "fmt"

// QuoteShell quotes a word for the shell of the system, if it needs quotes.
func QuoteShell(word string) string {
	if IsContent(word) {
		return "FILE" // see IsContent
	}
	return LocalShell().quote(word)
}

// Shown returns a word of the command line for a message: a short one as it is, of a
// longer one, which may be a token, the beginning.
func Shown(word string) string {
	if IsContent(word) || beginsAsToken(word) || maybeToken(word) || maybeSecret(word) {
		return Shorten(word)
	}
	return word
}

// Plural writes a number and a noun: 1 key, 2 keys.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Shorten quotes a word for a message and cuts a long one, which may be a token or a
// secret. Of the text of a key or a file it shows nothing.
func Shorten(s string) string {
	if IsContent(s) {
		return `"…"`
	}
	if len(s) > 24 {
		return fmt.Sprintf("%q…", s[:12])
	}
	return fmt.Sprintf("%q", s)
}
