package login

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// Claims are the claims of a verified token: except in a [Report], every check of
// it passed. [Claims.Decode] and [Claim] read custom claims.
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
// ones. Numbers keep their exact value: an any receives a [json.Number].
func (c *Claims) Decode(v any) error {
	if c == nil || c.text == "" {
		return errNoClaims
	}
	return decodeJSON(c.text, v)
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

// Claim returns one claim by its exact name or by its path: names of nested members
// with dots between them. A claim of the whole name comes first. If the claim is
// absent, ok is false. The error means that it is present and not a T.
//
//	role, ok, err := login.Claim[string](claims, "role")
//	roles, ok, err := login.Claim[[]string](claims, "realm_access.roles")
//
// [NumericDate] and [LenientBool] are types for claims that issuers write as numbers
// and as texts.
func Claim[T any](c *Claims, name string) (value T, ok bool, err error) {
	if c == nil || c.text == "" {
		return value, false, errNoClaims
	}
	raw, ok := claimAt(c.text, name)
	if !ok {
		return value, false, nil
	}
	err = decodeJSON(raw, &value)
	if err == nil && raw == "null" && !holdsNull(reflect.TypeFor[T]()) {
		err = errors.New("it is null")
	}
	if err != nil {
		var zero T
		return zero, true, fmt.Errorf("claim %q: %w", name, err)
	}
	return value, true, nil
}

// NumericDate is a date that JSON has as seconds since 1970 (RFC 7519 section 2), such
// as auth_time, for [Claim] and the fields of [Claims.Decode].
type NumericDate struct{ time.Time }

// UnmarshalJSON reads a number. Its fraction counts.
func (d *NumericDate) UnmarshalJSON(text []byte) error {
	if len(text) == 0 || text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return errors.New("not a number of seconds since 1970")
	}
	s := jws.Scanner{Text: string(text)}
	date := s.Date()
	if date.After(jws.Latest) {
		return errors.New("a date after the year 9999: is it in milliseconds?")
	}
	d.Time = date
	return nil
}

// LenientBool is a bool that some issuers write as a text or a number, such as
// email_verified, for [Claim] and the fields of [Claims.Decode].
type LenientBool bool

// UnmarshalJSON reads true, "true" and 1, and false, "false" and 0.
func (b *LenientBool) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "true", `"true"`, `"True"`, "1", `"1"`:
		*b = true
	case "false", `"false"`, `"False"`, "0", `"0"`:
		*b = false
	default:
		return errors.New(`neither true nor false: want true, "true" or 1, or false, "false" or 0`)
	}
	return nil
}

// holdsNull reports whether a type has a value for null or reads JSON by itself. A
// string that is null must not pass for an empty one.
func holdsNull(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		return true
	}
	pointer := reflect.PointerTo(t)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[jsonv2.UnmarshalerFrom]())
}

// decodeJSON decodes strictly and without converting numbers to float64.
func decodeJSON(text string, v any) error {
	return jsonv2.Unmarshal([]byte(text), v, jsonv2.WithUnmarshalers(exactNumbers))
}

// exactNumbers keeps the text of numbers that go into an any or a json.Number. It
// is read only.
var exactNumbers = jsonv2.JoinUnmarshalers(
	jsonv2.UnmarshalFromFunc(func(d *jsontext.Decoder, v *any) error {
		if d.PeekKind() != '0' {
			return errors.ErrUnsupported // the package decodes it
		}
		number, err := d.ReadToken()
		*v = json.Number(number.String())
		return err
	}),
	jsonv2.UnmarshalFromFunc(func(d *jsontext.Decoder, v *json.Number) error {
		switch d.PeekKind() {
		case '0':
			number, err := d.ReadToken()
			*v = json.Number(number.String())
			return err
		case 'n':
			return errors.ErrUnsupported
		}
		return errors.New("not a number") // the package would accept any text
	}),
)
