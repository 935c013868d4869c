package login

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Behind a guard, Authenticate trusts the guard but for exp, and Reauthenticate trusts
// nothing.
func TestLongRequest(t *testing.T) {
	now := noon
	store := &memoryStore{Now: func() time.Time { return now }}
	gone := false
	m, err := New(testKey(keys.HS256), func(_ context.Context, subject string) (*member, error) {
		if gone {
			return nil, nil
		}
		return members[subject], nil
	}, Config{Now: store.Now, Revocations: store})
	if err != nil {
		t.Fatal(err)
	}
	in := func(t *testing.T, work func(*http.Request)) {
		now, gone = noon, false
		r := request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com", "read"))
		ran := false
		serve(m.Require()(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { ran = true; work(r) })), r)
		if !ran {
			t.Error("the guard refused")
		}
	}
	both := func(t *testing.T, r *http.Request, authenticate, reauthenticate error) {
		t.Helper()
		if _, err := m.Authenticate(r); !errors.Is(err, authenticate) {
			t.Errorf("Authenticate: %v, want %v", err, authenticate)
		}
		if _, err := m.Reauthenticate(r); !errors.Is(err, reauthenticate) {
			t.Errorf("Reauthenticate: %v, want %v", err, reauthenticate)
		}
	}
	t.Run("nothing changed", func(t *testing.T) { in(t, func(r *http.Request) { both(t, r, nil, nil) }) })
	t.Run("a second before exp", func(t *testing.T) {
		in(t, func(r *http.Request) { now = noon.Add(15*time.Minute - time.Second); both(t, r, nil, nil) })
	})
	t.Run("expired", func(t *testing.T) {
		in(t, func(r *http.Request) { now = noon.Add(15 * time.Minute); both(t, r, ErrExpired, ErrExpired) })
	})
	t.Run("revoked", func(t *testing.T) {
		in(t, func(r *http.Request) {
			m.Logout(httptest.NewRecorder(), r)
			both(t, r, nil, ErrRevoked)
		})
	})
	t.Run("the user is gone", func(t *testing.T) {
		in(t, func(r *http.Request) { gone = true; both(t, r, nil, ErrUserNotFound) })
	})
	t.Run("a scope", func(t *testing.T) {
		in(t, func(r *http.Request) {
			if p, err := m.Reauthenticate(r, "read"); err != nil || p.User.Email != "ada@example.com" || p.Location != InHeader {
				t.Errorf("with the scope: %+v, %v", p, err)
			}
			if _, err := m.Reauthenticate(r, "write"); !errors.Is(err, ErrInsufficientScope) {
				t.Errorf("without: %v", err)
			}
		})
	})
	t.Run("another token", func(t *testing.T) {
		in(t, func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer x")
			both(t, r, ErrMalformed, ErrMalformed)
		})
	})
}

// A context can end with the token.
func TestUntilExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			name   string
			leeway time.Duration
			after  time.Duration
		}{{"without leeway", 0, 15 * time.Minute}, {"with leeway", time.Minute, 16 * time.Minute}} {
			start := time.Now()
			// The manager's clock is years away from that of the contexts.
			m := newManager(t, func(c *Config) { c.Now, c.Leeway = func() time.Time { return noon.Add(time.Since(start)) }, tt.leeway })
			h := m.Require()(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				ctx, cancel := m.UntilExpiry(r.Context())
				defer cancel()
				<-ctx.Done()
				if !errors.Is(context.Cause(ctx), ErrExpired) {
					t.Errorf("%s: the cause is %v", tt.name, context.Cause(ctx))
				}
				if _, ok := m.User(ctx); !ok {
					t.Errorf("%s: no user", tt.name)
				}
			}))
			serve(h, request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")))
			if after := time.Since(start); after != tt.after {
				t.Errorf("%s: after %v", tt.name, after)
			}
		}
	})
	m := newManager(t, nil)
	ctx, cancel := m.UntilExpiry(t.Context())
	defer cancel()
	if ctx.Err() == nil || !errors.Is(context.Cause(ctx), errUnguarded) {
		t.Errorf("without a guard: %v", context.Cause(ctx))
	}
	unlimited, cancel := m.UntilExpiry(m.WithPrincipal(t.Context(), &Principal[*member]{User: members["ada@example.com"]}))
	if _, limited := unlimited.Deadline(); limited || unlimited.Err() != nil {
		t.Error("a token without exp has a deadline")
	}
	if cancel(); unlimited.Err() == nil {
		t.Error("cancel did nothing")
	}
}

// WithPrincipal makes the result of Authenticate and AuthenticateToken known to User and
// to nested guards.
func TestWithPrincipal(t *testing.T) {
	loads := 0
	store := &memoryStore{Now: atNoon}
	m, err := New(testKey(keys.HS256), func(_ context.Context, subject string) (*member, error) {
		loads++
		return members[subject], nil
	}, Config{Now: atNoon, Revocations: store})
	if err != nil {
		t.Fatal(err)
	}
	token, other := issue(t, m, "ada@example.com", "read"), issue(t, m, "bob@example.com", "read")
	// A download link is the one route that reads its URL.
	download := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := m.AuthenticateToken(r.Context(), r.URL.Query().Get("token"))
		if err != nil {
			m.Deny(w, r, err)
			return
		}
		m.Vary(w)
		r = r.WithContext(m.WithPrincipal(r.Context(), p))
		m.Require(r.URL.Query().Get("scope"))(greet(m)).ServeHTTP(w, r)
		if _, err := m.Reauthenticate(r); err != nil {
			t.Errorf("Reauthenticate: %v", err)
		}
	})
	for _, tt := range []struct {
		name, target, authorization, want string
		status, loads                     int
	}{
		{"a token in the URL", "/?scope=read&token=" + token, "", "ada@example.com", 200, 2},
		{"a scope that it lacks", "/?scope=write&token=" + token, "", `{"detail":"Insufficient scope"}`, 403, 2},
		{"no token", "/?scope=read", "", `{"detail":"Invalid credentials"}`, 401, 0},
		{"another one in the header", "/?scope=read&token=" + token, "Bearer " + other, "bob@example.com", 200, 3},
		{"a bad one in the header", "/?scope=read&token=" + token, "Bearer x", `{"detail":"Invalid credentials"}`, 401, 2},
	} {
		loads = 0
		r := request("GET", tt.target)
		if tt.authorization != "" {
			r.Header.Set("Authorization", tt.authorization)
		}
		w := serve(download, r)
		if w.Code != tt.status || w.Body.String() != tt.want || loads != tt.loads {
			t.Errorf("%s: %d %s, %d loads", tt.name, w.Code, w.Body, loads)
		}
		if vary := w.Header()["Vary"]; len(vary) != 1 || vary[0] != "Authorization" {
			t.Errorf("%s: Vary %q", tt.name, vary)
		}
	}

	// After Authenticate, nested guards neither verify nor load again.
	loads = 0
	r := request("GET", "/", "Authorization", "Bearer "+token)
	p, err := m.Authenticate(r)
	if err != nil {
		t.Fatal(err)
	}
	ctx := m.WithPrincipal(r.Context(), p)
	if w := serve(m.Require("read")(greet(m)), r.WithContext(ctx)); w.Body.String() != "ada@example.com" || loads != 1 {
		t.Errorf("after Authenticate: %d %s, %d loads", w.Code, w.Body, loads)
	}
	p.Claims.Scopes[0] = "write"
	if w := serve(m.Require("write")(greet(m)), r.WithContext(ctx)); w.Code != 403 {
		t.Errorf("claims that changed later: %d", w.Code)
	}
	m.Logout(httptest.NewRecorder(), r)
	if _, err := m.Reauthenticate(r.WithContext(ctx)); !errors.Is(err, ErrRevoked) {
		t.Errorf("Reauthenticate after Logout: %v", err)
	}

	// Tests make principals by hand; nothing about those can be asked again.
	ctx = m.WithPrincipal(t.Context(), &Principal[*member]{User: members["bob@example.com"], Claims: &Claims{Scopes: []string{"x"}}})
	r = request("GET", "/").WithContext(ctx)
	if w := serve(m.Require("x")(greet(m)), r); w.Body.String() != "bob@example.com" {
		t.Errorf("by hand: %d %s", w.Code, w.Body)
	}
	if w := serve(m.Require("y")(greet(m)), r); w.Code != 403 {
		t.Errorf("by hand, without the scope: %d", w.Code)
	}
	if _, err := m.Reauthenticate(r); !errors.Is(err, ErrNoToken) {
		t.Errorf("by hand, Reauthenticate: %v", err)
	}
	if ctx := m.WithPrincipal(t.Context(), nil); ctx != t.Context() {
		t.Error("a nil principal changed the context")
	}
	if _, ok := newManager(t, nil).User(ctx); ok {
		t.Error("another manager found the user")
	}
	if _, err := m.Authenticate(request("GET", "/").WithContext(m.WithPrincipal(t.Context(), &Principal[*member]{}))); err != nil {
		t.Errorf("a principal without claims: %v", err)
	}
}

// The check of RequireUser decides about the user.
func TestRequireUser(t *testing.T) {
	m := newManager(t, nil)
	admins := m.RequireUser(func(u *member) error {
		if !u.Admin {
			return ErrForbidden
		}
		return nil
	}, "read")
	for _, tt := range []struct {
		name, subject, scope string
		want                 int
	}{
		{"an admin", "ada@example.com", "read", 200},
		{"an admin without the scope", "ada@example.com", "write", 403},
		{"another user", "bob@example.com", "read", 403},
		{"an unknown user", "eve@example.com", "read", 401},
	} {
		r := request("GET", "/", "Authorization", "Bearer "+issue(t, m, tt.subject, tt.scope))
		if w := serve(admins(greet(m)), r); w.Code != tt.want {
			t.Errorf("%s: %d", tt.name, w.Code)
		}
		if w := serve(m.Require()(admins(greet(m))), r); w.Code != tt.want {
			t.Errorf("%s, nested: %d", tt.name, w.Code)
		}
	}
	if w := serve(admins(unreachable), request("GET", "/")); w.Code != 401 {
		t.Errorf("no token: %d", w.Code)
	}
	r := request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com"))
	for err, want := range map[error]int{
		ErrForbidden: 403, ErrUserNotFound: 401, ErrClaims: 401, ErrUnavailable: 503, errors.New("bug"): 500,
		ErrNoToken: 500, context.DeadlineExceeded: 503, &ScopeError{Required: []string{"x"}}: 403,
	} {
		if w := serve(m.RequireUser(func(*member) error { return err })(unreachable), r); w.Code != want {
			t.Errorf("%v: %d, want %d", err, w.Code, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a nil check was taken")
		}
	}()
	m.RequireUser(nil)
}

// Events name the route and the sender, and a request without a token is no warning.
func TestEventOfRequest(t *testing.T) {
	var events []Event
	m := newManager(t, func(c *Config) { c.OnEvent = func(_ context.Context, e Event) { events = append(events, e) } })
	mux := http.NewServeMux()
	mux.Handle("GET /posts/{id}", m.Require()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.Deny(w, r, nil) })))
	mux.Handle("POST /login", m.TokenHandler(checkAda))
	mux.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) { m.Logout(w, r) })
	serve(mux, request("GET", "/posts/7", "Authorization", "Bearer "+issue(t, m, "ada@example.com")))
	serve(mux, request("POST", "/login"))
	serve(mux, request("POST", "/logout"))
	serve(mux, request("GET", "/posts/7"))
	want := []string{"GET /posts/{id}", "GET /posts/{id}", "POST /login", "POST /logout", "GET /posts/{id}"}
	if len(events) != len(want) {
		t.Fatalf("%d events", len(events))
	}
	for i, e := range events {
		method, _, _ := strings.Cut(want[i], " ")
		if e.Pattern != want[i] || e.Method != method || e.RemoteAddr != "192.0.2.1:1234" {
			t.Errorf("%s: method %s, pattern %s, address %s", e.Action, e.Method, e.Pattern, e.RemoteAddr)
		}
	}
	if last := events[len(events)-1]; last.Reason != "no_token" || last.level() != 0 {
		t.Errorf("a request without a token: %s at %v", last.Reason, last.level())
	}
}
