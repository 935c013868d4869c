package login

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// watched is a manager whose events are collected as text, each checked to
// hold no token.
func watched(t *testing.T, change func(*Config)) (*Manager[*member], func() string) {
	t.Helper()
	var got []string
	m := newManager(t, func(c *Config) {
		c.Locations = InHeader | InCookie
		c.OnEvent = func(_ context.Context, e Event) {
			if text := fmt.Sprintf("%+v", e); strings.Contains(text, "eyJ") {
				t.Error("an event holds a token")
			}
			line := fmt.Sprint(e.Action, " ", e.Reason, " ", e.Location)
			if e.Subject != "" {
				line += " " + e.Subject
			}
			if e.Anonymous {
				line += " anonymous"
			}
			if (e.Err == nil) != (e.Reason == "ok") {
				t.Errorf("reason %s, error %v", e.Reason, e.Err)
			}
			got = append(got, line)
		}
		if change != nil {
			change(c)
		}
	})
	return m, func() string {
		lines := strings.Join(got, "; ")
		got = nil
		return lines
	}
}

// Each decision sends one event.
func TestEvents(t *testing.T) {
	m, events := watched(t, func(c *Config) { c.Revocations = &memoryStore{Now: atNoon} })
	ada, eve := issue(t, m, "ada@example.com", "x"), issue(t, m, "eve@example.com")
	fine := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	check := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := m.Authenticate(r, "y"); err != nil {
			m.Deny(w, r, err)
		}
	})
	forbid := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.Deny(w, r, nil) })
	why := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := m.Principal(r.Context())
		m.Deny(w, r, err)
	})
	bearer := func(token string) []string { return []string{"Authorization", "Bearer " + token} }
	tests := []struct {
		name   string
		h      http.Handler
		fields []string
		want   string
	}{
		{"let in", m.Require()(fine), bearer(ada), "authenticate ok header ada@example.com"},
		{"let in by cookie", m.Require()(fine), []string{"Cookie", "access-token=" + ada}, "authenticate ok cookie ada@example.com"},
		{"let in by three guards", m.Optional(m.Require()(m.Require("x")(fine))), bearer(ada), "authenticate ok header ada@example.com"},
		{"no token", m.Require()(fine), nil, "authenticate no_token none"},
		{"a malformed token", m.Require()(fine), bearer("x"), "authenticate malformed header"},
		{"two tokens", m.Require()(fine), append(bearer(ada), bearer(ada)...), "authenticate bad_request header"},
		{"an unknown user", m.Require()(fine), bearer(eve), "authenticate user_not_found header eve@example.com"},
		{"a missing scope", m.Require("y")(fine), bearer(ada), "authenticate scope_missing header ada@example.com"},
		{"let in, then a missing scope", m.Require()(m.Require("y")(fine)), bearer(ada),
			"authenticate ok header ada@example.com; authenticate scope_missing header ada@example.com"},
		{"anonymous", m.Optional(fine), nil, "authenticate no_token none anonymous"},
		{"anonymous with a bad token", m.Optional(fine), bearer("x"), "authenticate malformed header anonymous"},
		{"anonymous through two guards", m.Optional(m.Optional(fine)), nil, "authenticate no_token none anonymous"},
		{"anonymous with a bad token through two guards", m.Optional(m.Optional(fine)), bearer("x"), "authenticate malformed header anonymous"},
		{"anonymous with two tokens through two guards", m.Optional(m.Optional(fine)), append(bearer(ada), bearer(ada)...),
			"authenticate bad_request header anonymous"},
		{"anonymous, then refused", m.Optional(m.Require()(fine)), nil, "authenticate no_token none anonymous; authenticate no_token none"},
		{"Authenticate and Deny are one decision", check, bearer(ada), "authenticate scope_missing header ada@example.com"},
		{"a guard of the service's own", m.Require()(forbid), bearer(ada),
			"authenticate ok header ada@example.com; deny forbidden header ada@example.com"},
		{"a guard of its own without ours", forbid, nil, "deny forbidden none"},
		{"a guard of its own after Optional", m.Optional(why), nil, "authenticate no_token none anonymous; deny no_token none"},
		{"a login", m.TokenHandler(checkAda), nil, "login bad_request none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			serve(tt.h, request("POST", "/", tt.fields...))
			if got := events(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}

	// A token that comes on the way is looked at, and is a decision of its own.
	serve(m.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+ada)
		m.Optional(fine).ServeHTTP(w, r)
	})), request("GET", "/"))
	if got := events(); got != "authenticate no_token none anonymous; authenticate ok header ada@example.com" {
		t.Errorf("a token on the way: %s", got)
	}

	m.AuthenticateToken(t.Context(), ada, "y")
	m.Verify(t.Context(), eve)
	if got := events(); got != "authenticate scope_missing none ada@example.com; authenticate ok none eve@example.com" {
		t.Errorf("without a request: %s", got)
	}
	post(m.TokenHandler(checkAda), formType, "username=ada%40example.com&password=correct+horse")
	post(m.TokenHandler(checkAda), formType, "username=ada%40example.com&password=x")
	if got := events(); got != "login ok none ada@example.com; login bad_credentials none" {
		t.Errorf("logins: %s", got)
	}
	m.Logout(httptest.NewRecorder(), request("POST", "/", bearer(ada)...))
	m.Logout(httptest.NewRecorder(), request("POST", "/"))
	if got := events(); got != "logout ok header ada@example.com; logout ok none" {
		t.Errorf("logouts: %s", got)
	}
	serve(m.Require()(fine), request("GET", "/", bearer(ada)...))
	if got := events(); got != "authenticate revoked header" {
		t.Errorf("after the logout: %s", got)
	}
}

func TestEventDetails(t *testing.T) {
	var got Event
	key := must(testKey(keys.EdDSA).WithID("k1"))
	m, err := New(key, func(context.Context, string) (*member, error) { return nil, errors.New("syntax error") },
		Config{Now: atNoon, OnEvent: func(_ context.Context, e Event) { got = e }})
	if err != nil {
		t.Fatal(err)
	}
	token := must(m.Issue(Grant{Subject: "ada", ID: "id-1"}))
	serve(m.Require()(unreachable), request("GET", "/", "Authorization", "Bearer "+token.Reveal()))
	if got.Reason != "internal" || got.KeyID != "k1" || got.Subject != "ada" || got.TokenID != "id-1" || got.Location != InHeader ||
		got.Duration <= 0 || got.Err.Error() != "loading the user: syntax error" {
		t.Errorf("event %+v", got)
	}
}

// The text of a token cannot forge a line of the log.
func TestLogEvents(t *testing.T) {
	tests := []struct {
		name  string
		event Event
		want  string
	}{
		{"let in", Event{Action: "authenticate", Reason: "ok", Location: InHeader, KeyID: "k1", Subject: "ada", TokenID: "id", Duration: time.Millisecond},
			"level=INFO msg=login action=authenticate reason=ok source=header subject=ada token_id=id key_id=k1 duration=1ms"},
		{"refused", Event{Action: "authenticate", Reason: "expired", Err: ErrExpired, Location: InCookie},
			`level=WARN msg=login action=authenticate reason=expired source=cookie error="token has expired" duration=0s`},
		{"anonymous", Event{Action: "authenticate", Reason: "no_token", Err: ErrNoToken, Anonymous: true},
			`level=INFO msg=login action=authenticate reason=no_token source=none anonymous=true error="no token" duration=0s`},
		{"the client left", Event{Action: "login", Reason: "canceled", Err: context.Canceled},
			`level=INFO msg=login action=login reason=canceled source=none error="context canceled" duration=0s`},
		{"broken", Event{Action: "logout", Reason: "unavailable", Err: ErrUnavailable, Location: InHeader | InCookie},
			`level=ERROR msg=login action=logout reason=unavailable source=header|cookie error="service unavailable" duration=0s`},
		{"a forged line", Event{Action: "deny", Reason: "ok", Subject: "a\r\nlevel=INFO\x1b[2J\u202e\x00\xff"},
			`level=INFO msg=login action=deny reason=ok source=none subject="a\\r\\nlevel=INFO\\x1b[2J\\u202e\\x00�" duration=0s`},
		{"a very long name", Event{Action: "deny", Reason: "ok", Subject: strings.Repeat("a", 1000)},
			"level=INFO msg=login action=deny reason=ok source=none subject=" + strings.Repeat("a", 256) + "… duration=0s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			handler := slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			}})
			LogEvents(slog.New(handler))(t.Context(), tt.event)
			if got := strings.TrimSuffix(out.String(), "\n"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestLogEventsWithoutALogger(t *testing.T) {
	var out bytes.Buffer
	old := slog.Default()
	defer slog.SetDefault(old)
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	m := newManager(t, func(c *Config) { c.OnEvent = LogEvents(nil) })
	m.Deny(httptest.NewRecorder(), request("GET", "/"), nil)
	if line := out.String(); !strings.Contains(line, "level=WARN") || !strings.Contains(line, "action=deny reason=forbidden") {
		t.Errorf("logged %q", line)
	}
}
