package terminal

import (
	"cmp"
	"slices"
	"strings"
)

// Redactor shortens, in what is printed, the words of the command line that may
// be a token or a secret: typed in the wrong place, as for the name of a file,
// one must not come back in a message that ends up in a log.
type Redactor struct {
	words *strings.Replacer // to how they are shown
	files *strings.Replacer // to FILE, for what is to be typed
}

func NewRedactor(args []string) *Redactor {
	var pairs, files []string
	words := privateWords(args)
	slices.SortFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // a word may hold another
	for _, word := range words {
		pairs = append(pairs, `"`+word+`"`, Shorten(word), word, Shorten(word))
		files = append(files, word, "FILE")
	}
	return &Redactor{strings.NewReplacer(pairs...), strings.NewReplacer(files...)}
}

// Hide returns text without those words.
func (r *Redactor) Hide(text string) string {
	if r == nil {
		return text
	}
	return r.words.Replace(text)
}

// Hints returns hints without them, such that they can be typed.
func (r *Redactor) Hints(texts []string) []string {
	hidden := make([]string, len(texts))
	for i, text := range texts {
		hidden[i] = r.hint(text)
	}
	return hidden
}

func (r *Redactor) hint(text string) string {
	if r == nil {
		return text
	}
	return r.files.Replace(text)
}

// privateWords finds them, also behind "=", "@" and "file:", in quotes and in
// JSON. What is asked of a token or put into one is public, and may be long: there
// only what begins as a token is taken for one.
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
	leastPrivate  = 32 // characters: what is shorter is no secret that can be used here
)

// isPublicFlag reports whether a word is --NAME=… of a flag whose value is public.
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

// maybeToken reports whether a word has as many parts as a token, which are
// base64url by the look of it. A host name has no upper case, and the name of a
// file is one.
func maybeToken(word string) bool {
	dots := strings.Count(word, ".")
	return len(word) >= leastPrivate && (dots == 2 || dots == 4) && strings.Trim(word, tokenLetters) == "" &&
		strings.ToLower(word) != word && !IsFile(word)
}

// maybeSecret reports whether a word may be a secret: long, without a dot, and
// with a slash only if it is standard base64 and no path.
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

// isUUID knows the text form of RFC 9562 section 4, which names people and things.
func isUUID(word string) bool {
	if len(word) != 36 || strings.Trim(word, "0123456789abcdefABCDEF-") != "" {
		return false
	}
	return word[8] == '-' && word[13] == '-' && word[18] == '-' && word[23] == '-' && strings.Count(word, "-") == 4
}

// beginsWithFolder reports whether the first name in a path is that of a folder.
func beginsWithFolder(path string) bool {
	name := strings.TrimLeft(path, "/")
	root := path[:len(path)-len(name)]
	first, _, nested := strings.Cut(name, "/")
	return nested && IsFolder(root+first)
}
