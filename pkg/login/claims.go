package login

import (
	"errors"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/claimtext"
)

// Claims are the claims of a verified token: except in a [Report], every check of
// it passed. [Claims.Decode] and package claim read custom claims.
type Claims struct {
	Issuer  string
	Subject string
	ID      string // jti
	// SessionID is the sid claim, empty when absent: the session that the token belongs
	// to (package session, OpenID Connect Front-Channel Logout section 3).
	SessionID string
	KeyID     string   // kid of the key that verified it
	Audience  []string // nil when absent
	Scopes    []string // of scopes, scope and scp together, without duplicates

	IssuedAt  time.Time // zero when absent
	NotBefore time.Time // zero when absent
	ExpiresAt time.Time // zero only in a Report on a token without exp

	text string // the claims set as it was signed
}

var errNoClaims = errors.New("claims were not read from a token")

// Decode stores the whole claims set, custom claims included, in v, a pointer to a
// struct or a map. It matches members by their exact names and ignores unknown
// ones. Numbers keep their exact value: an any receives a [encoding/json.Number].
func (c *Claims) Decode(v any) error {
	if c == nil || c.text == "" {
		return errNoClaims
	}
	return claimtext.Decode(c.text, v)
}

// JSON returns a copy of the claims set as it was signed.
func (c *Claims) JSON() []byte {
	if c == nil {
		return nil
	}
	return []byte(c.text)
}

// HasScopes reports whether every one of scopes was granted. The comparison is
// exact: "read" is neither "Read" nor a part of "readwrite".
func (c *Claims) HasScopes(scopes ...string) bool {
	for _, scope := range scopes {
		if c == nil || !slices.Contains(c.Scopes, scope) {
			return false
		}
	}
	return true
}
