// Package redact hides the content of values from every way to print them.
package redact

import (
	"fmt"
	"io"
	"log/slog"
)

const text = "[redacted]"

// Value prints as "[redacted]". A struct that embeds one does so too.
type Value struct{}

var (
	_ fmt.Formatter  = Value{}
	_ slog.LogValuer = Value{}
)

// String returns "[redacted]".
func (Value) String() string { return text }

// Format writes "[redacted]" for every verb and flag of package fmt.
func (Value) Format(f fmt.State, _ rune) { io.WriteString(f, text) }

// LogValue makes package log/slog write "[redacted]".
func (Value) LogValue() slog.Value { return slog.StringValue(text) }

// MarshalJSON writes "[redacted]" as a JSON string.
func (Value) MarshalJSON() ([]byte, error) { return []byte(`"` + text + `"`), nil }
