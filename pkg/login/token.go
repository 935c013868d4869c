package login

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Token is an issued token. Every way to print it writes "[redacted token]", so that
// a log line cannot leak it. [Token.Reveal] returns its text.
type Token struct{ t *issued }

// issued is behind a pointer, so that a struct with a Token in it does not print it
// either. The text is behind another one, because package fmt follows one level (%s of
// a struct).
type issued struct {
	text    *string
	id      string
	expires time.Time
}

// Reveal returns the text of the token, to send it. That of the zero Token is empty.
func (t Token) Reveal() string {
	if t.t == nil {
		return ""
	}
	return *t.t.text
}

// ID returns the jti of the token.
func (t Token) ID() string {
	if t.t == nil {
		return ""
	}
	return t.t.id
}

// ExpiresAt returns the exp of the token, or zero if it never expires.
func (t Token) ExpiresAt() time.Time {
	if t.t == nil {
		return time.Time{}
	}
	return t.t.expires
}

var (
	_ fmt.Formatter  = Token{}
	_ slog.LogValuer = Token{}
	_ json.Marshaler = Token{}
)

const redactedToken = "[redacted token]"

// String returns "[redacted token]".
func (t Token) String() string { return redactedToken }

// Format writes "[redacted token]" for every verb and flag of package fmt.
func (t Token) Format(f fmt.State, _ rune) { io.WriteString(f, redactedToken) }

// LogValue makes package log/slog write "[redacted token]".
func (t Token) LogValue() slog.Value { return slog.StringValue(redactedToken) }

// MarshalJSON writes "[redacted token]" as a JSON string.
func (t Token) MarshalJSON() ([]byte, error) { return json.Marshal(redactedToken) }
