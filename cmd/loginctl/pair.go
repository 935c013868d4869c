package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

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
