package login

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// member is the user of these tests.
type member struct {
	Email string
	Admin bool
}

var members = map[string]*member{
	"ada@example.com": {Email: "ada@example.com", Admin: true},
	"bob@example.com": {Email: "bob@example.com"},
}

func loadMember(_ context.Context, email string) (*member, error) { return members[email], nil }

// newManager is a manager at noon.
func newManager(t testing.TB, change func(*Config)) *Manager[*member] {
	t.Helper()
	config := Config{Now: atNoon}
	if change != nil {
		change(&config)
	}
	m, err := New(testKey(keys.HS256), loadMember, config)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// issue returns a token of m as text.
func issue[U any](t testing.TB, m *Manager[U], subject string, scopes ...string) string {
	t.Helper()
	token, err := m.Issue(Grant{Subject: subject, Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	return token.Reveal()
}

// request makes a request with the header fields given as name, value, …
func request(method, target string, fields ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return r
}

// serve returns the answer of h to r.
func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// greet writes the user that guards of m found.
func greet(m *Manager[*member]) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, ok := m.User(r.Context())
		if !ok {
			_, err := m.Principal(r.Context())
			io.WriteString(w, "anonymous: "+Reason(err))
			return
		}
		io.WriteString(w, user.Email)
	})
}

func TestRequire(t *testing.T) {
	m := newManager(t, nil)
	h := m.Require("posts:read")(greet(m))
	good := issue(t, m, "ada@example.com", "posts:read", "posts:write")
	tests := []struct {
		name   string
		header string
		status int
		body   string
	}{
		{"a valid token", "Bearer " + good, 200, "ada@example.com"},
		{"the scheme in lower case", "bearer " + good, 200, "ada@example.com"},
		{"no token", "", 401, `{"detail":"Invalid credentials"}`},
		{"another scheme", "Basic YTpi", 401, `{"detail":"Invalid credentials"}`},
		{"a forged token", "Bearer " + good[:len(good)-4] + "AAAA", 401, `{"detail":"Invalid credentials"}`},
		{"an unknown user", "Bearer " + issue(t, m, "eve@example.com", "posts:read"), 401, `{"detail":"Invalid credentials"}`},
		{"a missing scope", "Bearer " + issue(t, m, "ada@example.com", "posts"), 403, `{"detail":"Insufficient scope"}`},
		{"a missing scope of an unknown user", "Bearer " + issue(t, m, "eve@example.com"), 403, `{"detail":"Insufficient scope"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := request("GET", "/posts")
			if tt.header != "" {
				r.Header.Set("Authorization", tt.header)
			}
			w := serve(h, r)
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, tt.status, tt.body)
			}
		})
	}
}

func TestOptional(t *testing.T) {
	m := newManager(t, nil)
	h := m.Optional(greet(m))
	good := issue(t, m, "ada@example.com")
	if w := serve(h, request("GET", "/", "Authorization", "Bearer "+good)); w.Body.String() != "ada@example.com" {
		t.Errorf("with a token: %s", w.Body)
	}
	if w := serve(h, request("GET", "/")); w.Code != 200 || w.Body.String() != "anonymous: no_token" {
		t.Errorf("without a token: %d %s", w.Code, w.Body)
	}
	if w := serve(h, request("GET", "/", "Authorization", "Bearer x")); w.Code != 200 || w.Body.String() != "anonymous: malformed" {
		t.Errorf("with a bad token: %d %s", w.Code, w.Body)
	}
}

func TestCookieSource(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Locations = InHeader | InCookie })
	token, err := m.Issue(Grant{Subject: "ada@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := m.SetCookie(w, token); err != nil {
		t.Fatal(err)
	}
	r := request("GET", "/")
	r.AddCookie(w.Result().Cookies()[0])
	if w := serve(m.Require()(greet(m)), r); w.Code != 200 || w.Body.String() != "ada@example.com" {
		t.Errorf("by cookie: %d %s", w.Code, w.Body)
	}
	if !strings.Contains(w.Header().Get("Set-Cookie"), "HttpOnly; Secure; SameSite=Lax") {
		t.Error("the cookie is not safe")
	}
}

func TestIssueRefusesEmptySubject(t *testing.T) {
	m := newManager(t, nil)
	if token, err := m.Issue(Grant{}); err == nil || token != (Token{}) {
		t.Errorf("got %v, %v", token, err)
	}
}
