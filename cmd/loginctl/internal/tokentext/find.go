package tokentext

import (
	"errors"
	"strings"
)

// Errors of [Find] and [Lines].
var (
	ErrNone    = errors.New("no token is in the text")
	ErrSeveral = errors.New("several tokens, or a token and other words")
	ErrJSON    = errors.New("the JSON has no token in access_token, id_token or token")
)

// maxLayers is how many layers may lie around a token.
const maxLayers = 8

// Find returns the one token in text. Text that no form fits is returned as it is,
// without blanks around it, for the caller to diagnose.
func Find(text string) (string, error) {
	text = decoded(text)
	for range maxLayers {
		inner, changed, err := peel(text)
		if err != nil {
			return "", err
		}
		if !changed {
			break
		}
		text = inner
	}
	if text == "" {
		return "", ErrNone
	}
	if strings.ContainsAny(text, " \t\r\n") {
		if joined, ok := unwrap(text); ok {
			return joined, nil
		}
		return "", ErrSeveral
	}
	return text, nil
}

// Lines returns the tokens of a text of lines, one token a line, and nil for a text that
// [Find] reads: a token that is wrapped, JSON, or one line. Blank lines are left out,
// and a line is not read: a bad one is a bad token of the batch.
func Lines(text string) []string {
	text = decoded(text)
	if !strings.ContainsAny(text, "\r\n") || text[0] == '{' || text[0] == '"' {
		return nil
	}
	if _, ok := unwrap(text); ok {
		return nil
	}
	if inner, ok := encoded(text); ok && inner != "" {
		return nil
	}
	for _, layer := range []func(string) (string, bool, error){inCommand, inManifest} {
		if _, is, err := layer(text); is && err == nil {
			return nil
		}
	}
	var lines []string
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// Partial reports whether the first line of text may be the beginning of a token, or of
// the base64 of one, that goes on in the next line, or of UTF-16. A line that is a
// whole token is not.
func Partial(text string) bool {
	if strings.IndexByte(text, 0) >= 0 {
		return true
	}
	line, _, _ := strings.Cut(text, "\n")
	line = strings.TrimSpace(line)
	for _, scheme := range append(schemes, "authorization: bearer") {
		if rest, ok := cutFold(line, scheme+" "); ok {
			line = strings.TrimSpace(rest)
		}
	}
	if line != "" && len(line) < 4 && (strings.HasPrefix("eyJ", line) || strings.HasPrefix("ZXlK", line)) {
		return true // wrapped at a column this small
	}
	if !strings.HasPrefix(line, "eyJ") && !strings.HasPrefix(line, "ZXlK") || strings.ContainsAny(line, " \t") {
		return false
	}
	return strings.Count(line, ".") < 3 && !(shaped(line) && whole(line))
}

// peel removes the outermost layer of text.
func peel(text string) (inner string, changed bool, err error) {
	text = strings.TrimSpace(text)
	for _, layer := range []func(string) (string, bool, error){inJSON, inQuotes, inCommand, inHeader, inURL, inCookieJar, inManifest, inAssignment, inBase64} {
		inner, is, err := layer(text)
		if err != nil || is {
			return strings.TrimSpace(inner), true, err
		}
	}
	return text, false, nil
}

func inQuotes(text string) (string, bool, error) {
	if len(text) > 1 && text[0] == text[len(text)-1] && strings.IndexByte("\"'`", text[0]) >= 0 {
		return text[1 : len(text)-1], true, nil
	}
	return "", false, nil
}

// schemes stand before a token, in a header or alone.
var schemes = []string{"bearer", "jwt", "token", "dpop"}

// inHeader reads Authorization: SCHEME token, SCHEME token, Set-Cookie: and Cookie:.
func inHeader(text string) (string, bool, error) {
	for _, name := range []string{"authorization:", "proxy-authorization:", "x-access-token:", "x-auth-token:"} {
		if rest, ok := cutFold(text, name); ok {
			return rest, true, nil
		}
	}
	for _, scheme := range schemes {
		if rest, ok := cutFold(text, scheme); ok && strings.IndexByte(" \t\r\n", rest[0]) >= 0 {
			return rest, true, nil
		}
	}
	if rest, ok := cutFold(text, "set-cookie:"); ok {
		pair, _, _ := strings.Cut(rest, ";")
		return oneCookie([]string{pair})
	}
	if rest, ok := cutFold(text, "cookie:"); ok {
		return oneCookie(strings.Split(rest, ";"))
	}
	return "", false, nil
}

// oneCookie returns the one value that looks like a token, or the only one there is.
func oneCookie(pairs []string) (string, bool, error) {
	var values, tokens []string
	for _, pair := range pairs {
		_, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `"`)
		values = append(values, value)
		if shaped(value) {
			tokens = append(tokens, value)
		}
	}
	switch {
	case len(tokens) == 1:
		return tokens[0], true, nil
	case len(tokens) > 1:
		return "", true, ErrSeveral
	case len(values) == 1 && values[0] != "":
		return values[0], true, nil
	}
	return "", true, ErrNone
}

// inCookieJar reads the lines of a Netscape cookie file: seven fields with tabs
// between them, the value last.
func inCookieJar(text string) (string, bool, error) {
	var pairs []string
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(fields) == 7 {
			pairs = append(pairs, fields[5]+"="+fields[6])
		}
	}
	if len(pairs) == 0 {
		return "", false, nil
	}
	return oneCookie(pairs)
}

// inAssignment reads NAME=token and NAME: token, with export before it or not. A name
// has no dots, and a token has them before any =.
func inAssignment(text string) (string, bool, error) {
	for _, prefix := range []string{"export ", "set ", "$env:", "$Env:"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			text = strings.TrimSpace(rest)
			break
		}
	}
	at := strings.IndexFunc(text, func(r rune) bool { return !nameRune(r) })
	if at <= 0 || strings.HasPrefix(text, "eyJ") { // the header of a token, with padding
		return "", false, nil
	}
	value := strings.TrimLeft(text[at:], " \t")
	if len(value) < 2 || value[0] != '=' && (value[0] != ':' || value[1] != ' ') {
		return "", false, nil
	}
	value = strings.TrimSpace(value[1:])
	// Padding: the base64 of a token, not a name without a value.
	if strings.Trim(value, "=") == "" {
		return "", false, nil
	}
	// A cookie without the name of its header.
	if before, _, ok := strings.Cut(value, ";"); ok {
		value = before
	}
	return value, true, nil
}

func nameRune(r rune) bool {
	return r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

func cutFold(text, prefix string) (string, bool) {
	if len(text) > len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
		return text[len(prefix):], true
	}
	return "", false
}
