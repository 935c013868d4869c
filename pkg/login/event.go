package login

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Event is one decision. It never has a token in it.
//
// A request that is admitted or refused is one decision, even if it passes several
// guards of one manager. A guard that refuses a request that an outer one admitted
// makes another. Deny, TokenHandler and Logout make decisions too.
type Event struct {
	// Action is the kind of decision: "authenticate" for a guard, Authenticate,
	// AuthenticateToken and Verify, "deny" for Deny, "login" for TokenHandler, LoginForm
	// and Login, "logout" for Logout, and "cookie" for a cookie that the browser will
	// drop. Package session adds "refresh" and "end".
	Action string
	// Reason is the word of [Reason]: "ok" if the request is admitted. It is
	// "canceled" if the client left.
	Reason string
	// Err is nil if the request is admitted. Its text may quote a loader.
	Err error
	// Anonymous means that Optional admitted the request without a user, because of
	// Reason.
	Anonymous bool
	// Location is the place of the token; zero if there was no token, and after
	// AuthenticateToken.
	Location Location
	// Header is the header of a Location that is InHeader: Authorization, or the one
	// of [Config.Header].
	Header string
	// Method, Pattern and RemoteAddr are those of the request; empty after
	// AuthenticateToken and Verify. Pattern is the route of a [net/http.ServeMux]:
	// it is empty if the guard stands outside of the mux. RemoteAddr is the address of
	// a proxy, if there is one.
	Method, Pattern, RemoteAddr string
	// KeyID, Subject and TokenID are those of a verified token. After a login, whose
	// token is new, KeyID is empty.
	KeyID, Subject, TokenID string
	// SessionID is the session of the token, if it has one.
	SessionID string
	// Duration is the time that the decision took, the loader included.
	Duration time.Duration
}

// describe fills in the content of a verified token, if c is not nil.
func (e *Event) describe(c *Claims) {
	if c == nil {
		return
	}
	e.KeyID, e.Subject, e.TokenID, e.SessionID = c.KeyID, c.Subject, c.ID, c.SessionID
}

// describeRequest fills in the properties of a request, if r is not nil.
func (e *Event) describeRequest(r *http.Request) {
	if r != nil {
		e.Method, e.Pattern, e.RemoteAddr = r.Method, r.Pattern, r.RemoteAddr
	}
}

// send calls onEvent, if it is not nil, with the reason filled in.
func (e Event) send(ctx context.Context, onEvent func(context.Context, Event)) {
	if onEvent == nil {
		return
	}
	e.Reason = Reason(e.Err)
	if clientGone(ctx, e.Err) {
		e.Reason = "canceled"
	}
	onEvent(ctx, e)
}

// maxLogged is the most of a text from a token or an error that is logged.
const maxLogged = 256

// LogEvents returns a function for [Config.OnEvent] that logs each event: admitted
// requests at Info, and anonymous ones and those without a token too, other refused
// ones at Warn, and failures of the service at Error.
//
// The author of a token controls the texts in it, and an error may quote them. The
// sender of a request controls its method.
// Control characters, and those that change the direction of text, are escaped, so
// that no line can be forged with any handler of the logger.
//
// If logger is nil, it is the current [slog.Default].
func LogEvents(logger *slog.Logger) func(context.Context, Event) {
	logger = cmp.Or(logger, slog.Default())
	return func(ctx context.Context, e Event) {
		logger.LogAttrs(ctx, e.level(), "login", e.attributes()...)
	}
}

func (e Event) level() slog.Level {
	switch {
	case e.Err == nil || e.Anonymous || e.Reason == "canceled", e.Reason == "no_token":
		return slog.LevelInfo
	case Status(e.Err) >= http.StatusInternalServerError:
		return slog.LevelError
	}
	return slog.LevelWarn
}

func (e Event) attributes() []slog.Attr {
	attributes := []slog.Attr{
		slog.String("action", e.Action),
		slog.String("reason", e.Reason),
		slog.String("source", e.Location.String()),
	}
	if e.Anonymous {
		attributes = append(attributes, slog.Bool("anonymous", true))
	}
	failure, header := "", e.Header
	if header == authorization { // as for nearly all
		header = ""
	}
	if e.Err != nil {
		failure = e.Err.Error()
	}
	for _, text := range []struct{ name, value string }{
		{"method", e.Method}, {"pattern", e.Pattern}, {"remote_addr", e.RemoteAddr}, {"header", header},
		{"subject", e.Subject}, {"token_id", e.TokenID}, {"session_id", e.SessionID}, {"key_id", e.KeyID}, {"error", failure},
	} {
		if text.value != "" {
			attributes = append(attributes, slog.String(text.name, printable(text.value)))
		}
	}
	return append(attributes, slog.Duration("duration", e.Duration))
}

// printable escapes characters that are not printable and cuts long texts.
func printable(s string) string {
	var b strings.Builder
	for _, c := range s {
		if b.Len() >= maxLogged {
			b.WriteString("…")
			break
		}
		if unicode.IsPrint(c) {
			b.WriteRune(c)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(c), "'"))
		}
	}
	return b.String()
}
