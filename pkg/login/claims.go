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
)

// Claims is what a verified token says. It is only ever returned after the
// signature and every check passed, but for those of a [Report]. Custom claims are read with
// [Claims.Decode] and [Claim].
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

	text string // the claims set as it was signed
}

var errNoClaims = errors.New("claims were not read from a token")

// Decode stores the whole claims set, custom claims included, in v, a pointer
// to a struct or a map. Members are matched by their exact names, unknown ones
// are ignored, and numbers keep their exact value: into an any they are
// decoded as a [json.Number].
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

// HasScopes reports whether every one of scopes was granted. Scopes are
// compared element by element, with case: "read" is neither "Read" nor a part
// of "readwrite".
func (c *Claims) HasScopes(scopes ...string) bool {
	for _, scope := range scopes {
		if c == nil || !slices.Contains(c.Scopes, scope) {
			return false
		}
	}
	return true
}

// Claim returns one claim by its exact name; ok is false when it is absent.
// The error says that the claim is there and is no T.
//
//	role, ok, err := login.Claim[string](claims, "role")
func Claim[T any](c *Claims, name string) (value T, ok bool, err error) {
	if c == nil || c.text == "" {
		return value, false, errNoClaims
	}
	raw, ok := memberValue(c.text, name)
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

// holdsNull reports whether a type has a value for null, or reads JSON by itself:
// a string that is null must not pass for an empty one.
func holdsNull(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		return true
	}
	pointer := reflect.PointerTo(t)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[jsonv2.UnmarshalerFrom]())
}

// copyTo fills to with what c says, in memory of its own.
func (c *Claims) copyTo(to *Claims) {
	*to = *c
	if n := len(c.Audience) + len(c.Scopes); n > 0 {
		list := append(append(make([]string, 0, n), c.Audience...), c.Scopes...)
		to.Audience, to.Scopes = splitList(list, len(c.Audience))
	}
}

// splitList makes two lists of one. Appending to the first does not write into
// the second, and an empty one is nil.
func splitList(list []string, at int) (first, second []string) {
	if at > 0 {
		first = list[:at:at]
	}
	if at < len(list) {
		second = list[at:]
	}
	return first, second
}

// decodeJSON decodes strictly, without taking numbers through a float64.
func decodeJSON(text string, v any) error {
	return jsonv2.Unmarshal([]byte(text), v, jsonv2.WithUnmarshalers(exactNumbers))
}

// exactNumbers is read only. Numbers bound for an interface or a json.Number
// keep their text.
var exactNumbers = jsonv2.JoinUnmarshalers(
	jsonv2.UnmarshalFromFunc(func(d *jsontext.Decoder, v *any) error {
		if d.PeekKind() != '0' {
			return errors.ErrUnsupported // leaves it to the package
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
		return errors.New("not a number") // the package would take any text for one
	}),
)
