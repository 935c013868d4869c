package login

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"unicode"
)

// maxLogged is how much of a text from a token or an error is logged.
const maxLogged = 256

// LogEvents returns a function for [Config.OnEvent] that logs each event:
// requests that are let in, as anonymous too, at Info, refused ones at Warn,
// and those where something is broken at Error.
//
// What a token says is under the control of whoever made it, and an error may
// quote it: control characters, and those that change the direction of text,
// are escaped, so that no line can be forged whatever the handler of the logger does.
//
// Nil means [slog.Default], as it is now.
func LogEvents(logger *slog.Logger) func(context.Context, Event) {
	logger = cmp.Or(logger, slog.Default())
	return func(ctx context.Context, e Event) {
		logger.LogAttrs(ctx, e.level(), "login", e.attributes()...)
	}
}

func (e Event) level() slog.Level {
	switch {
	case e.Err == nil || e.Anonymous || e.Reason == "canceled":
		return slog.LevelInfo
	case Status(e.Err) >= http.StatusInternalServerError:
		return slog.LevelError
	}
	return slog.LevelWarn
}

func (e Event) attributes() []slog.Attr {
	attributes := []slog.Attr{
		slog.String("action", string(e.Action)),
		slog.String("reason", e.Reason),
		slog.String("source", e.Source.String()),
	}
	if e.Anonymous {
		attributes = append(attributes, slog.Bool("anonymous", true))
	}
	for _, text := range []struct{ name, value string }{
		{"subject", e.Subject}, {"token_id", e.TokenID}, {"key_id", e.KeyID}, {"error", e.errorText()},
	} {
		if text.value != "" {
			attributes = append(attributes, slog.String(text.name, printable(text.value)))
		}
	}
	return append(attributes, slog.Duration("duration", e.Duration))
}

func (e Event) errorText() string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

// printable escapes what does not print, and cuts what is long.
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
