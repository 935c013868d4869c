package login

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Token is an issued token. It prints as "[redacted token]" on every path, so
// that a log line cannot give it away; [Token.Reveal] gives its text.
type Token struct{ t *issued }

// issued is behind a pointer, so that a Token inside somebody else's struct
// does not print it either. The text is behind another: for a verb that does
// not fit, such as %s for a struct, package fmt prints what one pointer points to.
type issued struct {
	text    *string
	id      string
	expires time.Time
}

// Reveal returns the text of the token, to send it. The zero Token has none.
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

// ExpiresAt returns the exp of the token; zero when it never expires.
func (t Token) ExpiresAt() time.Time {
	if t.t == nil {
		return time.Time{}
	}
	return t.t.expires
}

const redactedToken = "[redacted token]"

// String returns "[redacted token]".
func (t Token) String() string { return redactedToken }

// Format writes "[redacted token]" for every verb and flag of package fmt.
func (t Token) Format(f fmt.State, _ rune) { io.WriteString(f, redactedToken) }

// LogValue makes package log/slog write "[redacted token]".
func (t Token) LogValue() slog.Value { return slog.StringValue(redactedToken) }

// MarshalJSON writes "[redacted token]" as a JSON string.
func (t Token) MarshalJSON() ([]byte, error) { return json.Marshal(redactedToken) }
