package terminal

import (
	"cmp"
	"slices"
	"strings"
)

// Redactor shortens the words of the command line that may be a token or a secret
// wherever they are printed. Such a word, typed in the wrong place, for example as the
// name of a file, must not reach a log.
type Redactor struct {
	words *strings.Replacer // replaces them by their beginning, for messages
	files *strings.Replacer // replaces them by FILE, for commands in hints
}

// NewRedactor returns the redactor for a command line.
func NewRedactor(args []string) *Redactor {
	var pairs, files []string
	for _, piece := range contentPieces(args) {
		pairs, files = append(pairs, piece, "…"), append(files, piece, "FILE")
	}
	words := privateWords(args)
	slices.SortFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // a word may contain another
	for _, word := range words {
		pairs = append(pairs, `"`+word+`"`, Shorten(word), word, Shorten(word))
		files = append(files, word, "FILE")
	}
	return &Redactor{strings.NewReplacer(pairs...), strings.NewReplacer(files...)}
}

// Hide returns a message without the private words.
func (r *Redactor) Hide(text string) string {
	if r == nil {
		return text
	}
	return r.words.Replace(text)
}

// Hints returns hints without the private words. A command in them can still be typed.
func (r *Redactor) Hints(texts []string) []string {
	hidden := make([]string, len(texts))
	for i, text := range texts {
		hidden[i] = r.hint(text)
	}
	return hidden
}

func (r *Redactor) hint(text string) string {
	if r == nil {
		return LocalShell().hint(text)
	}
	return LocalShell().hint(r.files.Replace(text))
}

// privateWords finds the words that may be a token or a secret, also behind "=", "@"
// and "file:", in quotes and in JSON. Values that are put into a token or required of
// one are public and may be long: there only a word that begins as a token counts.
func privateWords(args []string) []string {
	var found []string
	for i, arg := range args {
		public := isPublicFlag(arg) || i > 0 && isPublicFlag(args[i-1]+"=")
		for _, word := range strings.FieldsFunc(arg, func(r rune) bool { return !strings.ContainsRune(tokenLetters+"+/=", r) }) {
			_, value, _ := strings.Cut(word, "=")
			for _, w := range []string{word, value} {
				if beginsAsToken(w) || !public && (maybeToken(w) || maybeSecret(w)) {
					found = append(found, w)
				}
			}
		}
	}
	return found
}

const (
	base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	tokenLetters  = base64Letters + "-_."
	leastPrivate  = 32 // characters; a shorter secret is refused everywhere
)

// isPublicFlag reports whether a word is --NAME=… and the flag's value is public.
func isPublicFlag(word string) bool {
	name, _, given := strings.Cut(strings.TrimLeft(word, "-"), "=")
	if !given || !strings.HasPrefix(word, "-") {
		return false
	}
	return slices.Contains([]string{"kid", "iss", "aud", "sub", "jti", "scope", "scopes", "any-scope", "require", "claim", "header", "host"}, name)
}

// beginsAsToken reports whether a word begins with {" in base64url.
func beginsAsToken(word string) bool {
	return strings.HasPrefix(word, "eyJ") && len(word) >= leastPrivate
}

// maybeToken reports whether a word has as many parts as a token, all of base64url
// letters. Host names, which have no upper case, and names of files are not tokens.
func maybeToken(word string) bool {
	dots := strings.Count(word, ".")
	return len(word) >= leastPrivate && (dots == 2 || dots == 4) && strings.Trim(word, tokenLetters) == "" &&
		strings.ToLower(word) != word && !IsFile(word)
}

// maybeSecret reports whether a word may be a secret: long, without a dot, and with a
// slash only if it is standard base64 and not a path.
func maybeSecret(word string) bool {
	switch {
	case len(word) < leastPrivate, strings.Trim(word, base64Letters+"+/=-_") != "", isUUID(word), IsFile(word):
		return false
	case !strings.Contains(word, "/"):
		return true
	}
	return !strings.ContainsAny(word, "-_") && strings.ContainsAny(word, "0123456789") &&
		strings.ToLower(word) != word && strings.ToUpper(word) != word && !beginsWithFolder(word)
}

// isUUID reports whether a word is a UUID in text form (RFC 9562 section 4), which
// identifies people and things and is not secret.
func isUUID(word string) bool {
	if len(word) != 36 || strings.Trim(word, "0123456789abcdefABCDEF-") != "" {
		return false
	}
	return word[8] == '-' && word[13] == '-' && word[18] == '-' && word[23] == '-' && strings.Count(word, "-") == 4
}

// beginsWithFolder reports whether the first name in a path is an existing folder.
func beginsWithFolder(path string) bool {
	name := strings.TrimLeft(path, "/")
	root := path[:len(path)-len(name)]
	first, _, nested := strings.Cut(name, "/")
	return nested && IsFolder(root+first)
}
