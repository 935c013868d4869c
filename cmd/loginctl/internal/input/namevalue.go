package input

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// PairForms is the hint for a pair that cannot be read.
const PairForms = "write NAME=TEXT for text, NAME:=JSON for a number, a list …"

// ParsePair reads name=text, whose value is always a string, or name:=JSON. The value
// may contain commas and equals signs.
func ParsePair(s string) (string, jsontext.Value, error) {
	name, text, ok := strings.Cut(s, "=")
	if !ok || name == "" || name == ":" {
		return "", nil, fmt.Errorf("%s is not NAME=TEXT", terminal.Shorten(s))
	}
	name, typed := strings.CutSuffix(name, ":")
	if !typed {
		value, err := JSONText(text)
		return name, value, err
	}
	value := jsontext.Value(text)
	if !value.IsValid() || value.Compact() != nil { // IsValid is strict: UTF-8, no duplicate names
		return "", nil, fmt.Errorf("the value of %s is not JSON", terminal.Shorten(name))
	}
	return name, value, nil
}

// JSONText writes text as a JSON string.
func JSONText(text string) (jsontext.Value, error) {
	value, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		return nil, errors.New("the value is not UTF-8 text")
	}
	return value, nil
}

// SplitList splits values such as "read,write" at commas and spaces.
func SplitList(values []string) []string {
	var list []string
	for _, v := range values {
		list = append(list, strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' })...)
	}
	return list
}
