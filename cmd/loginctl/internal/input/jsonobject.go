package input

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-json-experiment/json"
)

// MaxClaims is the most bytes of claims that are read from a file.
const MaxClaims = 64 << 10

// Member is a name and its value in a JSON object.
type Member struct {
	Name  string
	Value jsontext.Value
}

// ParseObject reads a JSON object strictly, without duplicate names and trailing text.
// It returns the members in the order in which they were written.
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

// jsonFault returns the error for text that is not JSON. It does not repeat the text.
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
