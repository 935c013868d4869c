package login

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// objectWriter writes one JSON object of at least one member. Empty values are
// left out. The names given to it are plain constants.
type objectWriter struct {
	text []byte
	err  error // the first
}

func (w *objectWriter) name(name string) {
	separator := byte(',')
	if len(w.text) == 0 {
		separator = '{'
	}
	w.text = append(append(append(w.text, separator, '"'), name...), '"', ':')
}

// quote appends a JSON string. What is not UTF-8 is refused, not replaced.
func (w *objectWriter) quote(name, value string) {
	text, err := jsontext.AppendQuote(w.text, value)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("%s is not UTF-8", name)
	}
	w.text = text
}

func (w *objectWriter) string(name, value string) {
	if value != "" {
		w.name(name)
		w.quote(name, value)
	}
}

func (w *objectWriter) time(name string, t time.Time) {
	if !t.IsZero() {
		w.name(name)
		w.text = strconv.AppendInt(w.text, t.Unix(), 10)
	}
}

func (w *objectWriter) list(name string, values *distinct) {
	if values.count == 0 {
		return
	}
	w.name(name)
	for i := range values.count {
		separator := byte(',')
		if i == 0 {
			separator = '['
		}
		w.text = append(w.text, separator)
		w.quote(name, values.at(i))
	}
	w.text = append(w.text, ']')
}

// oneOrList writes a single value as a string, as RFC 7519 section 4.1.3 allows for aud.
func (w *objectWriter) oneOrList(name string, values *distinct) {
	if values.count == 1 {
		w.string(name, values.at(0))
		return
	}
	w.list(name, values)
}

func (w *objectWriter) joined(name string, values *distinct) {
	w.string(name, strings.Join(values.appendTo(nil), " "))
}

// members writes the members of a struct or a map after those that are there.
// No name may be reserved.
func (w *objectWriter) members(v any, reserved func(name string) bool) error {
	if v == nil {
		return nil
	}
	text, err := jsonv2.Marshal(v, jsonv2.Deterministic(true))
	if err != nil {
		return err
	}
	if err := checkMembers(string(text), reserved); err != nil {
		return err
	}
	if inner := text[1 : len(text)-1]; len(inner) > 0 {
		w.text = append(append(w.text, ','), inner...)
	}
	return nil
}

// checkMembers reads a JSON object as a verifier will.
func checkMembers(object string, reserved func(name string) bool) error {
	s := scanner{text: object}
	var seen distinct
	if !s.open('{', 1) {
		return errors.New("it is not a struct or a map: it has no members to make claims of")
	}
	for {
		name, ok := s.member(&seen)
		if !ok {
			break
		}
		if reserved(name) {
			return fmt.Errorf("%q is reserved", name)
		}
		s.skip(1)
	}
	if !s.end() {
		return fmt.Errorf("it %v", s.fault)
	}
	return nil
}

// reservedClaim reports whether a custom claim must not have that name. Case
// is folded as the most lenient reader of the token might fold it.
func reservedClaim(name string) bool {
	for _, reserved := range [...]string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scopes", "scope", "scp"} {
		if strings.EqualFold(name, reserved) {
			return true
		}
	}
	return false
}

// reservedParameter reports whether a header parameter is not for the caller
// to set: it says how to verify the token, or where to find a key for it.
func reservedParameter(name string) bool {
	for _, reserved := range [...]string{"alg", "typ", "kid", "crit", "b64", "zip", "jwk", "jku"} {
		if strings.EqualFold(name, reserved) {
			return true
		}
	}
	return len(name) >= 2 && strings.EqualFold(name[:2], "x5")
}

// finish returns the object, unless there was an error.
func (w *objectWriter) finish() ([]byte, error) { return append(w.text, '}'), w.err }
