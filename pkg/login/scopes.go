package login

import (
	"fmt"
	"strings"
)

// checkScope reports whether scope can be granted or required: a scope-token
// of RFC 6749 section 3.3, which is printable ASCII without space, " and \.
// Anything else could not be told apart in a space-separated list, or in the
// challenge of RFC 6750.
func checkScope(scope string) error {
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

// checkType reports whether typ can be a media type (RFC 6838 section 4.2),
// with or without what is before its slash.
func checkType(typ string) error {
	top, sub, slash := strings.Cut(typ, "/")
	if !restrictedName(top) || slash && !restrictedName(sub) {
		return fmt.Errorf("type %q is not a media type such as JWT or at+jwt", typ)
	}
	return nil
}

func restrictedName(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("!#$&-^_.+", c) >= 0:
		default:
			return false
		}
	}
	return 0 < len(s) && len(s) <= 127
}
