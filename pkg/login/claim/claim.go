// Package claim reads custom claims of a verified token.
package claim

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/claimtext"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// At returns one claim by its exact name or by its path: names of nested members
// with dots between them. A claim of the whole name comes first. If the claim is
// absent, ok is false. The error means that it is present and not a T.
//
//	role, ok, err := claim.At[string](claims, "role")
//	roles, ok, err := claim.At[[]string](claims, "realm_access.roles")
//
// [NumericDate] and [Bool] are types for claims that issuers write as numbers
// and as texts.
func At[T any](c *login.Claims, name string) (value T, ok bool, err error) {
	text := string(c.JSON())
	if text == "" {
		return value, false, errors.New("claims were not read from a token")
	}
	raw, ok := claimtext.At(text, name)
	if !ok {
		return value, false, nil
	}
	err = claimtext.Decode(raw, &value)
	if err == nil && raw == "null" && !holdsNull(reflect.TypeFor[T]()) {
		err = errors.New("it is null")
	}
	if err != nil {
		var zero T
		return zero, true, fmt.Errorf("claim %q: %w", name, err)
	}
	return value, true, nil
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

// NumericDate is a date that JSON has as seconds since 1970 (RFC 7519 section 2), such
// as auth_time, for [At] and the fields of [login.Claims.Decode].
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

// Bool is a bool that some issuers write as a text or a number, such as
// email_verified, for [At] and the fields of [login.Claims.Decode].
type Bool bool

// UnmarshalJSON reads true, "true" and 1, and false, "false" and 0.
func (b *Bool) UnmarshalJSON(text []byte) error {
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
