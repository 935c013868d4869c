package lint

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

const (
	maxCookie      = 4096
	usualCookie    = "access-token"
	maxLintedToken = 256 << 10 // a longer token is not read
)

// token lints a compact JWS. Of a malformed one it lints the parts that can be read.
func (l *linter) token(text string) {
	switch size := len(text); {
	case size > input.MaxToken:
		l.add("token-too-large", "it has %d bytes", size)
	case size+len(usualCookie)+1 > maxCookie:
		l.add("token-cookie", "it has %d bytes: too many for a cookie", size)
	}
	parts := strings.Split(text, ".")
	if len(text) > maxLintedToken || len(parts) != 3 && len(parts) != 5 {
		l.add("token-malformed", "it has %s, a token three", terminal.Plural(len(parts), "part"))
		return
	}
	header, ok := l.segment(parts[0], "header")
	if ok {
		l.header(header)
	}
	if len(parts) == 5 {
		l.add("token-encrypted", "it is encrypted (JWE): only the header can be read")
		return
	}
	if alg, _ := header.Text("alg"); parts[2] == "" && !strings.EqualFold(alg, "none") {
		l.add("token-malformed", "the signature is missing")
	} else if _, err := input.StrictBase64.DecodeString(parts[2]); err != nil {
		l.add("token-malformed", "the signature is not canonical base64url")
	}
	if claims, ok := l.segment(parts[1], "claims"); ok {
		l.claims(claims)
	}
}

// segment reads the header or the claims.
func (l *linter) segment(text, part string) (input.Members, bool) {
	data, err := input.StrictBase64.DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		l.add("token-malformed", "the %s: not canonical base64url", part)
		standard := strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(text)
		if data, err = base64.RawURLEncoding.DecodeString(standard); err != nil {
			return nil, false
		}
	}
	return l.object(data, "the "+part)
}

func (l *linter) header(h input.Members) {
	alg, isText := h.Text("alg")
	_, err := keys.ParseAlgorithm(alg)
	switch {
	case strings.EqualFold(alg, "none"):
		l.add("alg-none", "alg is %s: anyone can write such a token", terminal.Shorten(alg))
	case h["enc"] != nil: // a JWE, whose alg is for encryption
	case !isText:
		l.add("alg-unknown", "the header names no alg")
	case err != nil:
		l.add("alg-unknown", "alg is %s", terminal.Shorten(alg))
	}
	if names := h.Present("jku", "x5u"); names != "" {
		l.add("header-remote-key", "the header has %s", names)
	}
	if names := h.Present("jwk", "x5c"); names != "" {
		l.add("header-own-key", "the header has %s", names)
	}
	if names := h.Present("crit", "b64", "zip"); names != "" && h["enc"] == nil {
		l.add("header-extension", "the header has %s", names)
	}
	kid, _ := h.Text("kid")
	switch {
	case h["kid"] == nil:
		l.add("kid-missing", "the header has no kid")
	case strings.Contains(kid, "../") || strings.ContainsAny(kid, "'\";`\\|<>") || terminal.Escape(kid) != kid:
		l.add("kid-suspect", "kid is %s", terminal.Shorten(kid))
	}
	if h["typ"] == nil {
		l.add("typ-missing", "the header has no typ")
	}
}

// looksLikeToken reports whether text has the shape of a compact JWS or JWE: the right
// number of parts, of which the first is JSON, which may begin with blanks, or a
// damaged one that begins as most do.
func looksLikeToken(text string) bool {
	dots := strings.Count(text, ".")
	if dots != 2 && dots != 4 || strings.ContainsAny(text, " \t\r\n/\\") {
		return false
	}
	header, _, _ := strings.Cut(text, ".")
	object, _ := base64.RawURLEncoding.DecodeString(header) // as far as it can be read
	return strings.HasPrefix(text, "e") || bytes.HasPrefix(bytes.TrimLeft(object, " \t\r\n"), []byte("{"))
}
