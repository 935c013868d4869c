package lint

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

// secretOrUnknown lints data that is neither a token nor a key. One line of text, bytes
// that are not text, and everything else that mint accepts are an HMAC secret.
func (l *linter) secretOrUnknown(data []byte, mode fs.FileMode) {
	_, refused := keys.ParseSecret(data, keys.HS256)
	secret := input.Chomp(data)
	value, variable := input.VariableValue(secret)
	if variable {
		secret = value
	}
	text := utf8.Valid(secret)
	lines := len(bytes.TrimSpace(secret)) == 0 || text && bytes.ContainsAny(bytes.TrimSpace(secret), "\r\n\x00")
	if lines && refused != nil {
		l.add("file-unknown", "it is neither a token, a key, a key set nor a secret")
		return
	}
	l.mode(mode)
	if variable {
		l.add("secret-env", "it says NAME=value, which --secret-file refuses")
	}
	before := l.count("error")
	l.secret(secret, text, refused)
	if refused != nil && !variable && l.count("error") == before {
		l.add("secret-refused", "%v", refused)
	}
}

func (l *linter) secret(secret []byte, isText bool, refused error) {
	if _, err := keys.ParseSecret(secret, keys.HS256); errors.Is(err, keys.ErrNotSecret) && isText && knownSecret(string(secret)) {
		l.add("secret-guessable", "the secret is a known example")
		return
	} else if errors.Is(err, keys.ErrNotSecret) {
		l.notSecret(err)
		return
	}
	if len(secret) < 32 {
		l.add("secret-short", "the secret has %s", terminal.Plural(len(secret), "byte"))
	}
	if !isText {
		return
	}
	text := string(secret)
	switch {
	case knownSecret(text):
		l.add("secret-guessable", "the secret is a known example")
	case patterned(text):
		l.add("secret-guessable", "the secret follows a pattern")
	case entropy(text) < 128 && len(text) >= 32:
		l.add("secret-words", "the secret seems to have fewer than 128 bits of entropy")
	}
	if strings.TrimSpace(text) != text && errors.Is(refused, keys.ErrMalformed) {
		l.add("secret-blank", "the secret begins or ends with blanks")
	}
}

// notSecret names what stands in place of a secret.
func (l *linter) notSecret(err error) {
	switch {
	case strings.Contains(err.Error(), "a placeholder"):
		l.add("secret-placeholder", "%v", err)
	case strings.Contains(err.Error(), ", not a secret"): // a page, a token, a reference
		l.add("secret-refused", "%v", err)
	default:
		l.add("secret-is-key", "%v", err)
	}
}

// knownSecret reports whether a secret is an example of documentation or tools.
func knownSecret(s string) bool {
	s = strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "", ".", "", "!", "").Replace(s))
	for _, known := range []string{
		"secret", "supersecret", "supersecretkey", "topsecret", "mysecret", "mysecretkey", "secretkey", "jwtsecret",
		"jwtsecretkey", "yoursecretkey", "yoursecret", "yoursecrethere", "changeme", "changethis", "pleasechangeme",
		"password", "shhhhh", "keyboardcat", "test", "testsecret", "example", "default",
		"your256bitsecret", "your384bitsecret", "your512bitsecret",
		"astringsecretatleast256bitslong", "avalidstringsecretthatisatleast512bitslongwhichisverylong",
		"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", // the FastAPI tutorial
	} {
		if s == known || strings.HasPrefix(s, known) && strings.Trim(s[len(known):], "0123456789") == "" {
			return true
		}
	}
	return false
}

// patterned reports whether a secret is a shorter text repeated, or mostly consists of
// runs such as abcdef, 987654 and aaaaaa.
func patterned(s string) bool {
	s = s[:min(len(s), 1024)] // the search is quadratic
	for period := 1; period <= len(s)/2; period++ {
		if strings.HasPrefix(s[period:], s[:len(s)-period]) {
			return true
		}
	}
	runs := 0
	for i := 2; i < len(s); i++ {
		if d := int(s[i]) - int(s[i-1]); d >= -1 && d <= 1 && d == int(s[i-1])-int(s[i-2]) {
			runs++
		}
	}
	return len(s) > 8 && runs > len(s)/2
}

// entropy estimates the bits of entropy of a secret from the frequencies of its
// characters. Words have less than that: about two bits a letter.
func entropy(s string) float64 {
	counts, lower, total := map[rune]float64{}, 0, 0
	for _, r := range s {
		counts[r]++
		total++
		if unicode.IsLower(r) || r == ' ' || r == '-' || r == '_' {
			lower++
		}
	}
	if lower == total {
		return 2 * float64(total)
	}
	bits := 0.0
	for _, n := range counts {
		bits -= n * math.Log2(n/float64(total))
	}
	return bits
}
