package jws

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ObjectWriter writes one JSON object of at least one member. It leaves out empty
// values. Its callers give it constant names that need no escapes.
type ObjectWriter struct {
	text []byte
	err  error // the first
}

// NewObjectWriter returns a writer that appends to the empty slice buffer.
func NewObjectWriter(buffer []byte) *ObjectWriter { return &ObjectWriter{text: buffer} }

func (w *ObjectWriter) name(name string) {
	separator := byte(',')
	if len(w.text) == 0 {
		separator = '{'
	}
	w.text = append(append(append(w.text, separator, '"'), name...), '"', ':')
}

// quote appends a JSON string. It refuses a value that is not UTF-8 and never
// replaces a byte of it.
func (w *ObjectWriter) quote(name, value string) {
	text, err := jsontext.AppendQuote(w.text, value)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("%s is not UTF-8", name)
	}
	w.text = text
}

// String writes a member whose value is a string.
func (w *ObjectWriter) String(name, value string) {
	if value != "" {
		w.name(name)
		w.quote(name, value)
	}
}

// Time writes a member whose value is a NumericDate in whole seconds.
func (w *ObjectWriter) Time(name string, t time.Time) {
	if !t.IsZero() {
		w.name(name)
		w.text = strconv.AppendInt(w.text, t.Unix(), 10)
	}
}

// List writes a member whose value is an array of strings.
func (w *ObjectWriter) List(name string, values *StringSet) {
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
		w.quote(name, values.At(i))
	}
	w.text = append(w.text, ']')
}

// OneOrList is List, but a single value is written as a string, as RFC 7519
// section 4.1.3 allows for aud.
func (w *ObjectWriter) OneOrList(name string, values *StringSet) {
	if values.count == 1 {
		w.String(name, values.At(0))
		return
	}
	w.List(name, values)
}

// Joined writes the values as one string, separated by spaces.
func (w *ObjectWriter) Joined(name string, values *StringSet) {
	w.String(name, strings.Join(values.AppendTo(nil), " "))
}

// Members writes the members of v, a struct or a map, after those written so far.
// A name for which reserved is true is an error.
func (w *ObjectWriter) Members(v any, reserved func(name string) bool) error {
	if v == nil {
		return nil
	}
	text, err := jsonv2.Marshal(v, jsonv2.Deterministic(true))
	if err != nil {
		return err
	}
	if text[0] != '{' {
		return fmt.Errorf("want a struct or a map with string keys, got %T", v)
	}
	if err := checkMembers(string(text), reserved); err != nil {
		return err
	}
	if inner := text[1 : len(text)-1]; len(inner) > 0 {
		w.text = append(append(w.text, ','), inner...)
	}
	return nil
}

// checkMembers reads a JSON object as a verifier will read it.
func checkMembers(object string, reserved func(name string) bool) error {
	s := Scanner{Text: object}
	var seen StringSet
	s.Begin()
	for {
		name, ok := s.Member(&seen)
		if !ok {
			break
		}
		if reserved(name) {
			return fmt.Errorf("%q is reserved", name)
		}
		s.Skip(1)
	}
	if !s.End() {
		return fmt.Errorf("it %v", s.cause)
	}
	return nil
}

// Finish returns the object, unless there was an error.
func (w *ObjectWriter) Finish() ([]byte, error) { return append(w.text, '}'), w.err }
