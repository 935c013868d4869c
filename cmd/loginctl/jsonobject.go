package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-json-experiment/json"
)

// maxClaims bounds a claims set that is read from a file.
const maxClaims = 64 << 10

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
