// Package claimtext reads the JSON text of a claims set.
package claimtext

import (
	"encoding/json"
	"errors"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// At returns the text of the claim at a path: the claim of that exact name, or
// else the member of an object, as realm_access.roles is.
func At(claims, path string) (text string, ok bool) {
	if text, ok = jws.MemberValue(claims, path); ok {
		return text, true
	}
	for i := range len(path) {
		if path[i] != '.' {
			continue
		}
		outer, ok := jws.MemberValue(claims, path[:i])
		if !ok || !strings.HasPrefix(outer, "{") {
			continue
		}
		if text, ok = At(outer, path[i+1:]); ok {
			return text, true
		}
	}
	return "", false
}

// Decode decodes strictly and without converting numbers to float64.
func Decode(text string, v any) error {
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
