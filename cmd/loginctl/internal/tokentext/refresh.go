package tokentext

import (
	"encoding/base64"
	"strings"
)

// RefreshToken is the content of a refresh token of package session, without its
// signature.
type RefreshToken struct {
	Subject, SessionID, Generation, KeyID string
}

// refreshPattern is for texts around it too: such a token should not be in a log.
var refreshPattern = pattern(`\blrt1\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([0-9]{1,16})\.([A-Za-z0-9_-]*)\.[A-Za-z0-9_-]{16,}`)

// Refresh reads a refresh token, with or without text that is usually around a token.
func Refresh(text string) (RefreshToken, bool) {
	text = strings.Trim(strings.TrimSpace(text), `"'`)
	parts := refreshPattern().FindStringSubmatch(text)
	if parts == nil || parts[0] != text {
		return RefreshToken{}, false
	}
	subject, err1 := base64.RawURLEncoding.DecodeString(parts[1])
	kid, err2 := base64.RawURLEncoding.DecodeString(parts[4])
	if err1 != nil || err2 != nil {
		return RefreshToken{}, false
	}
	return RefreshToken{string(subject), parts[2], parts[3], string(kid)}, true
}

// CountRefresh returns how many refresh tokens are in a text.
func CountRefresh(text []byte) int { return len(refreshPattern().FindAllIndex(text, -1)) }
