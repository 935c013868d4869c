package login

import "time"

// Claims is what a verified token says. It is only ever returned after the
// signature and every check passed.
type Claims struct {
	Issuer   string
	Subject  string
	ID       string   // jti
	KeyID    string   // kid of the key that verified it
	Audience []string // nil when the token names none
	Scopes   []string // of scopes, scope and scp together, without duplicates

	IssuedAt  time.Time // zero when absent
	NotBefore time.Time // zero when absent
	ExpiresAt time.Time // zero only in a Report on a token without exp
}

// Decode stores the whole claims set, custom claims included, in v by exact
// names and with numbers of their exact value.
func (c *Claims) Decode(v any) error { panic("stub") }

// JSON returns a copy of the claims set as it was signed.
func (c *Claims) JSON() []byte { panic("stub") }

// HasScopes reports whether every one of scopes was granted, element by element.
func (c *Claims) HasScopes(scopes ...string) bool { panic("stub") }

// Claim returns one claim by its exact name; ok is false when it is absent.
func Claim[T any](c *Claims, name string) (value T, ok bool, err error) { panic("stub") }
