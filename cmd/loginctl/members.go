package main

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-json-experiment/json"
)

// members is a JSON object, read so that much can still be said of one that
// verify refuses: of a name that stands there twice the last counts.
type members map[string]jsontext.Value

// duplicateName takes the name out of the error. It is a name, not a value.
func duplicateName(err error) string {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return "the name " + shorten(syntax.JSONPointer.LastToken())
	}
	return "a name"
}

// readMembers reads a JSON object strictly.
func readMembers(data []byte) (members, error) {
	var m members
	return m, json.Unmarshal(data, &m)
}

// text returns a member that is a string.
func (m members) text(name string) (string, bool) {
	var s string
	if m[name].Kind() != '"' || json.Unmarshal(m[name], &s) != nil {
		return "", false
	}
	return s, true
}

// number returns a member that is a number.
func (m members) number(name string) (float64, bool) {
	var n float64
	if m[name].Kind() != '0' || json.Unmarshal(m[name], &n) != nil {
		return 0, false
	}
	return n, true
}

// texts reports whether a member is a list of strings.
func (m members) texts(name string) bool {
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

// present returns those of names that are there, for a message.
func (m members) present(names ...string) string {
	var found []string
	for _, name := range names {
		if m[name] != nil {
			found = append(found, name)
		}
	}
	return strings.Join(found, ", ")
}

var strictBase64 = base64.RawURLEncoding.Strict()
