package lint

import (
	"bytes"
	"net/http"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// cookieIn reads a Set-Cookie line, as cookie prints it. Other data returns nil.
func cookieIn(data []byte) *http.Cookie {
	line := string(bytes.TrimSpace(data))
	value := input.TrimPrefixFold(line, "set-cookie:")
	if value == line {
		return nil
	}
	cookie, err := http.ParseSetCookie(value)
	if err != nil {
		return nil
	}
	return cookie
}

// cookie lints a cookie and the token in it.
func (l *linter) cookie(c *http.Cookie) {
	if looksLikeToken(c.Value) {
		l.token(c.Value)
	}
	if size := len(c.Name) + 1 + len(c.Value); size > maxCookie {
		l.add("cookie-too-large", "name and value have %d bytes", size)
	}
	if !c.Secure {
		l.add("cookie-plain", "it has no Secure")
	}
	if !c.HttpOnly {
		l.add("cookie-script", "it has no HttpOnly")
	}
	if c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode {
		l.add("cookie-same-site", "SameSite is neither Lax nor Strict")
	}
	if c.Domain != "" {
		l.add("cookie-domain", "it goes to every host of %s", terminal.Shorten(c.Domain))
	}
}
