package main

import (
	"cmp"
	"slices"
	"strings"
)

// redactor shortens, in what is printed, the words of the command line that may
// be a token or a secret: typed in the wrong place, as for the name of a file,
// one must not come back in a message that ends up in a log.
type redactor struct{ words *strings.Replacer }

func newRedactor(args []string) *redactor {
	var pairs []string
	words := privateWords(args)
	slices.SortFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // a word may hold another
	for _, word := range words {
		pairs = append(pairs, `"`+word+`"`, shorten(word), word, shorten(word))
	}
	return &redactor{strings.NewReplacer(pairs...)}
}

// hide returns text without those words.
func (r *redactor) hide(text string) string {
	if r == nil {
		return text
	}
	return r.words.Replace(text)
}

// hideAll does it to each of texts.
func (r *redactor) hideAll(texts []string) []string {
	hidden := make([]string, len(texts))
	for i, text := range texts {
		hidden[i] = r.hide(text)
	}
	return hidden
}

// privateWords finds them, also behind "=", "@" and "file:", in quotes and in
// JSON. What --kid is given is public, and looks like a secret if it is a thumbprint.
func privateWords(args []string) []string {
	var found []string
	for i, arg := range args {
		if strings.HasPrefix(arg, "--kid=") || i > 0 && args[i-1] == "--kid" {
			continue
		}
		for _, word := range strings.FieldsFunc(arg, func(r rune) bool { return !strings.ContainsRune(tokenLetters+"+/=", r) }) {
			_, value, _ := strings.Cut(word, "=")
			for _, w := range []string{word, value} {
				if maybeToken(w) || maybeSecret(w) {
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

// maybeToken reports whether a word may be a token. A name with as many dots is
// told from one by being the name of a file.
func maybeToken(word string) bool {
	if strings.HasPrefix(word, "eyJ") { // {" in base64url
		return len(word) >= leastPrivate
	}
	dots := strings.Count(word, ".")
	return len(word) >= leastPrivate && (dots == 2 || dots == 4) && strings.Trim(word, tokenLetters) == "" && !isFile(word)
}

// maybeSecret reports whether a word may be a secret: long, without a dot, and
// with a slash only if it is standard base64 and no path.
func maybeSecret(word string) bool {
	switch {
	case len(word) < leastPrivate, strings.Trim(word, base64Letters+"+/=-_") != "", isUUID(word), isFile(word):
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
	return nested && isFolder(root+first)
}
