package input

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// Members is a JSON object by name. It can also be read leniently, for the report on an
// object that verify refuses; of a duplicate name the last value counts then.
type Members map[string]jsontext.Value

// DuplicateName returns the duplicate name in the error, for a message.
func DuplicateName(err error) string {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return "the name " + terminal.Shorten(syntax.JSONPointer.LastToken())
	}
	return "a name"
}

// ReadMembers reads a JSON object strictly.
func ReadMembers(data []byte) (Members, error) {
	var m Members
	return m, json.Unmarshal(data, &m)
}

// Text returns a member if it is a string.
func (m Members) Text(name string) (string, bool) {
	var s string
	if m[name].Kind() != '"' || json.Unmarshal(m[name], &s) != nil {
		return "", false
	}
	return s, true
}

// Number returns a member if it is a number.
func (m Members) Number(name string) (float64, bool) {
	var n float64
	if m[name].Kind() != '0' || json.Unmarshal(m[name], &n) != nil {
		return 0, false
	}
	return n, true
}

// Texts reports whether a member is a list of strings.
func (m Members) Texts(name string) bool {
	var list []jsontext.Value
	if m[name].Kind() != '[' || json.Unmarshal(m[name], &list) != nil {
		return false
	}
	for _, v := range list {
		if v.Kind() != '"' {
			return false
		}
	}
	return true
}

// Present returns those of names that are members, joined for a message.
func (m Members) Present(names ...string) string {
	var found []string
	for _, name := range names {
		if m[name] != nil {
			found = append(found, name)
		}
	}
	return strings.Join(found, ", ")
}

// StrictBase64 is base64url without padding (RFC 7515 section 2) and with zero trailing
// bits, so that every value has one form.
var StrictBase64 = base64.RawURLEncoding.Strict()
