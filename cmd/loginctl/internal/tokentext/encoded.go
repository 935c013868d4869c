package tokentext

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// decoded returns text as UTF-8 without a byte order mark or blanks around it.
// PowerShell writes UTF-16, with a mark or without.
func decoded(text string) string {
	high := -1
	switch {
	case strings.HasPrefix(text, "\xff\xfe"):
		high, text = 1, text[2:]
	case strings.HasPrefix(text, "\xfe\xff"):
		high, text = 0, text[2:]
	case len(text) > 3 && len(text)%2 == 0 && text[1] == 0 && text[3] == 0:
		high = 1
	case len(text) > 3 && len(text)%2 == 0 && text[0] == 0 && text[2] == 0:
		high = 0
	}
	if high >= 0 {
		units := make([]uint16, 0, len(text)/2)
		for i := 0; i+1 < len(text); i += 2 {
			units = append(units, uint16(text[i+high])<<8|uint16(text[i+1-high]))
		}
		text = string(utf16.Decode(units))
	}
	return strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
}

// tokenNames are where a token endpoint's answer (RFC 6749 section 5.1) and other
// APIs have the token.
var tokenNames = []string{"access_token", "id_token", "token"}

// inJSON takes the token out of an object, or decodes a string.
func inJSON(text string) (string, bool, error) {
	if strings.HasPrefix(text, `"`) {
		inner, err := jsontext.AppendUnquote(nil, text)
		return string(inner), err == nil, nil
	}
	if !strings.HasPrefix(text, "{") {
		return "", false, nil
	}
	var answer map[string]jsontext.Value
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return "", true, ErrJSON
	}
	for _, name := range tokenNames {
		var token string
		if value, ok := answer[name]; ok && json.Unmarshal(value, &token) == nil && token != "" {
			return token, true, nil
		}
	}
	return anywhereInJSON(text)
}

// inURL takes the token out of the query or the fragment of a URL (RFC 6749 section
// 4.2.2, RFC 6750 section 2.3), or of a query alone.
func inURL(text string) (string, bool, error) {
	query, ok := queryOf(text)
	if !ok {
		return "", false, nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", true, ErrNone
	}
	for _, name := range tokenNames {
		switch given := values[name]; {
		case len(given) > 1:
			return "", true, ErrSeveral
		case len(given) == 1 && given[0] != "":
			return given[0], true, nil
		}
	}
	// Under another name, such as jwt, only a text that looks like a token is one.
	var tokens []string
	for _, given := range values {
		for _, value := range given {
			if shaped(value) {
				tokens = append(tokens, value)
			}
		}
	}
	return one(tokens, ErrNone)
}

// inBase64 decodes the base64 of a token, as a Kubernetes secret shows it, wrapped or
// not. A token has dots, which base64 does not have.
func inBase64(text string) (string, bool, error) {
	inner, ok := encoded(text)
	return inner, ok, nil
}

func encoded(text string) (inner string, ok bool) {
	compact := strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	if len(compact) < 16 || strings.ContainsRune(compact, '.') {
		return "", false
	}
	compact = strings.NewReplacer("-", "+", "_", "/").Replace(compact)
	b, err := base64.RawStdEncoding.DecodeString(compact)
	if err != nil || !utf8.Valid(b) && !strings.HasPrefix(string(b), "\xff\xfe") {
		return "", false
	}
	inner = decoded(string(b))
	// Only if it leads to a token: a random word is base64 too.
	if strings.Count(inner, ".") >= 2 && strings.Contains(inner, "eyJ") {
		return inner, true
	}
	if again, ok := encoded(inner); ok {
		return again, true
	}
	return "", false
}
