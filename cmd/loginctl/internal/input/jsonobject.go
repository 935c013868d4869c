package input

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-json-experiment/json"
)

// MaxClaims bounds a claims set that is read from a file.
const MaxClaims = 64 << 10

// Member is one name and value of a JSON object, in the order they were written.
type Member struct {
	Name  string
	Value jsontext.Value
}

// ParseObject reads a JSON object strictly: no name twice, nothing after it.
func ParseObject(text []byte) ([]Member, error) {
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
	var members []Member
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		m := Member{Name: name.String()}
		if m.Value, err = d.ReadValue(); err != nil {
			return nil, err
		}
		m.Value = m.Value.Clone()
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
