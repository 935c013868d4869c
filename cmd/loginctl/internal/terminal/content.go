package terminal

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// IsContent reports whether a word of the command line is the text of a key or of a
// file, given where a name belongs: PEM, a JWK, or several lines. Such a word is never
// repeated.
func IsContent(word string) bool {
	return strings.ContainsAny(word, "\n\r") || isKeyText(word)
}

func isKeyText(word string) bool {
	return strings.Contains(word, "-----BEGIN") || strings.Contains(word, `"kty"`)
}

// contentPieces returns the pieces of such words, by which a message could repeat them:
// the whole, each line and, of a key, each run of letters. Where a shell splits an
// unquoted key, the words after its first are pieces too.
func contentPieces(args []string) []string {
	var found []string
	inKey := false
	for i, arg := range args {
		inKey = inKey || strings.Contains(arg, "-----BEGIN")
		if !inKey && !IsContent(arg) {
			continue
		}
		found = append(found, wholes(arg)...)
		public := isPublicFlag(arg) || i > 0 && isPublicFlag(args[i-1]+"=")
		if inKey || isKeyText(arg) {
			found = append(found, keyPieces(arg)...)
		} else if !public {
			found = append(found, longer(4, strings.FieldsFunc(arg, func(r rune) bool { return r == '\n' || r == '\r' }))...)
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // a piece may contain another
	return slices.Compact(found)
}

// wholes returns a word and the value in --NAME=VALUE, each as it is and as it is quoted.
func wholes(arg string) []string {
	words := []string{arg}
	if _, value, ok := strings.Cut(arg, "="); ok && strings.HasPrefix(arg, "-") {
		words = append(words, value)
	}
	for _, w := range words {
		quoted := strconv.Quote(w)
		words = append(words, quoted[1:len(quoted)-1], Escape(w))
	}
	return longer(4, words)
}

// keyPieces returns the lines of a key, and the runs of base64 in it.
func keyPieces(arg string) []string {
	lines := strings.FieldsFunc(arg, func(r rune) bool { return r == '\n' || r == '\r' })
	runs := strings.FieldsFunc(arg, func(r rune) bool { return !strings.ContainsRune(base64Letters+"+/=-_", r) })
	parts := strings.FieldsFunc(arg, func(r rune) bool { return !strings.ContainsRune(base64Letters, r) })
	return slices.Concat(longer(4, lines), longer(8, runs), longer(8, parts))
}

// longer returns the words of at least that many characters, without blanks around them.
func longer(least int, words []string) []string {
	var kept []string
	for _, w := range words {
		if w = strings.TrimSpace(w); len(w) >= least {
			kept = append(kept, w)
		}
	}
	return kept
}
