// Package grammar checks texts against the grammars of the RFCs that package login
// follows.
package grammar

import (
	"fmt"
	"strings"
)

// CheckScope returns an error unless scope can be granted or required: a
// scope-token of RFC 6749 section 3.3, which is printable ASCII without space, " and
// \. Other texts would be ambiguous in a list separated by spaces, and in the
// challenge of RFC 6750.
func CheckScope(scope string) error {
	if scope == "" {
		return fmt.Errorf("a scope is empty")
	}
	for _, c := range []byte(scope) {
		if c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return fmt.Errorf("scope %q: a scope is printable ASCII without space, quote and backslash (RFC 6749 section 3.3)", scope)
		}
	}
	return nil
}

// CheckMediaType returns an error unless typ can be a media type (RFC 6838 section
// 4.2), with or without the part before its slash.
func CheckMediaType(typ string) error {
	top, sub, slash := strings.Cut(typ, "/")
	if !isRestrictedName(top) || slash && !isRestrictedName(sub) {
		return fmt.Errorf("type %q is not a media type such as JWT or at+jwt", typ)
	}
	return nil
}

func isRestrictedName(s string) bool {
	for _, c := range []byte(s) {
		if !isAlphanumeric(c) && strings.IndexByte("!#$&-^_.+", c) < 0 {
			return false
		}
	}
	return 0 < len(s) && len(s) <= 127
}

// IsBearerToken reports whether s is a b64token (RFC 6750 section 2.1). The value
// of a cookie may have all of its characters.
func IsBearerToken(s string) bool {
	body := strings.TrimRight(s, "=")
	for _, c := range []byte(body) {
		if !isAlphanumeric(c) && strings.IndexByte("-._~+/", c) < 0 {
			return false
		}
	}
	return body != ""
}

// IsComponentName reports whether s can name an OpenAPI component (OpenAPI 3.1
// section 4.8.7).
func IsComponentName(s string) bool {
	for _, c := range []byte(s) {
		if !isAlphanumeric(c) && strings.IndexByte("-._", c) < 0 {
			return false
		}
	}
	return s != ""
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// IsToken reports whether s is a token of RFC 9110 section 5.6.2, as the name of a
// header, an authentication scheme and a WebSocket subprotocol are.
func IsToken(s string) bool {
	for _, c := range []byte(s) {
		if !isAlphanumeric(c) && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}
