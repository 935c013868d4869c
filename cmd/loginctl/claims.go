package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxClaims bounds a claims set that is read from a file.
const maxClaims = 64 << 10

// claimSet collects claims by name from the flags and the claims given as JSON,
// and where each came from: none may be given twice.
type claimSet struct {
	values map[string]jsontext.Value
	origin map[string]string
}

// giveOnce is the hint where two places say the same.
const giveOnce = "leave one of the two out"

func newClaimSet() *claimSet {
	return &claimSet{map[string]jsontext.Value{}, map[string]string{}}
}

func (s *claimSet) add(name string, value jsontext.Value, origin string) error {
	if first, ok := s.origin[name]; ok {
		if first == origin {
			return usage(fmt.Sprintf("the claim %s is given twice by %s", shorten(name), origin), giveOnce)
		}
		return usage(fmt.Sprintf("the claim %s is given twice: by %s and by %s", shorten(name), first, origin), giveOnce)
	}
	s.values[name], s.origin[name] = value, origin
	return nil
}

// addText adds a claim whose value is text, from a flag that was given.
func (s *claimSet) addText(name, text, flag string) error {
	if text == "" {
		return nil
	}
	value, err := jsonText(text)
	if err != nil {
		return usage(fmt.Sprintf("%s: %v", flag, err), "claims are UTF-8 text: convert it, as with iconv")
	}
	return s.add(name, value, flag)
}

// addObject adds the members of a JSON object.
func (s *claimSet) addObject(text []byte) error {
	members, err := parseObject(text)
	if err != nil {
		return usage(fmt.Sprintf("CLAIMS: %v", err), `write them as {"sub":"ada","admin":true}, or name a file: @FILE`)
	}
	for _, m := range members {
		if err := s.add(m.name, m.value, "CLAIMS"); err != nil {
			return err
		}
	}
	return nil
}

// take removes a claim and returns it; nil when it is not there.
func (s *claimSet) take(name string) jsontext.Value {
	value := s.values[name]
	delete(s.values, name)
	return value
}

// member is one name and value of a JSON object, in the order they were written.
type member struct {
	name  string
	value jsontext.Value
}

// parseObject reads a JSON object strictly: no name twice, nothing after it.
func parseObject(text []byte) ([]member, error) {
	value := jsontext.Value(text)
	if !value.IsValid() {
		return nil, jsonFault(text)
	}
	if value.Kind() != '{' {
		return nil, errors.New("not a JSON object")
	}
	d := jsontext.NewDecoder(strings.NewReader(string(text)))
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	var members []member
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		m := member{name: name.String()}
		if m.value, err = d.ReadValue(); err != nil {
			return nil, err
		}
		m.value = m.value.Clone()
		members = append(members, m)
	}
	return members, nil
}

// jsonFault says what makes text no JSON. The text itself is not repeated.
func jsonFault(text []byte) error {
	err := json.Unmarshal(text, new(any))
	var where *jsontext.SyntacticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return errors.New("a name is there twice")
	case errors.As(err, &where):
		return fmt.Errorf("not JSON (see byte %d)", where.ByteOffset+1)
	}
	return errors.New("not JSON")
}

// pairForms is the hint on a pair that cannot be read.
const pairForms = "write NAME=TEXT for text, NAME:=JSON for a number, a list …"

// parsePair reads name=text, whose value is always a string, or name:=JSON. The
// value may hold commas and equals signs.
func parsePair(s string) (string, jsontext.Value, error) {
	name, text, ok := strings.Cut(s, "=")
	if !ok || name == "" || name == ":" {
		return "", nil, fmt.Errorf("%s is no NAME=TEXT", shorten(s))
	}
	name, typed := strings.CutSuffix(name, ":")
	if !typed {
		value, err := jsonText(text)
		return name, value, err
	}
	value := jsontext.Value(text)
	if !value.IsValid() || value.Compact() != nil { // IsValid is the strict one: UTF-8, no name twice
		return "", nil, fmt.Errorf("the value of %s is not JSON", shorten(name))
	}
	return name, value, nil
}

// jsonText writes text as a JSON string.
func jsonText(text string) (jsontext.Value, error) {
	value, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		return nil, errors.New("the value is not UTF-8 text")
	}
	return value, nil
}

// splitList splits values such as "read,write" at commas and spaces.
func splitList(values []string) []string {
	var list []string
	for _, v := range values {
		list = append(list, strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' })...)
	}
	return list
}
