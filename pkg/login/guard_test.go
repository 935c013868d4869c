package login

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// counted is a manager that counts its questions to stores and loaders.
func counted(t *testing.T, change func(*Config)) (m *Manager[*member], loads, checks *int) {
	t.Helper()
	store := &countingStore{Revocations: &memoryStore{Now: atNoon}}
	loads, checks = new(int), &store.asked
	config := Config{Now: atNoon, Revocations: store}
	if change != nil {
		change(&config)
	}
	m, err := New(testKey(keys.HS256), func(_ context.Context, email string) (*member, error) {
		*loads++
		return members[email], nil
	}, config)
	if err != nil {
		t.Fatal(err)
	}
	return m, loads, checks
}

type countingStore struct {
	Revocations
	asked int
}

func (s *countingStore) Revoked(ctx context.Context, c *Claims) (bool, error) {
	s.asked++
	return s.Revocations.Revoked(ctx, c)
}

func TestNestedGuardsWorkOnce(t *testing.T) {
	m, loads, checks := counted(t, nil)
	inner := m.Handle(func(w http.ResponseWriter, r *http.Request, p *Principal[*member]) {
		again, err := m.Authenticate(r, "x")
		if err != nil || again != p {
			t.Errorf("Authenticate behind a guard: %v, %v", again, err)
		}
		io.WriteString(w, p.User.Email)
	}, "x")
	h := m.Optional(m.Require()(m.RequireAny("y", "x")(inner)))
	w := serve(h, request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com", "x")))
	if w.Body.String() != "ada@example.com" || *loads != 1 || *checks != 1 {
		t.Errorf("%s, %d loads, %d revocation checks; want one each", w.Body, *loads, *checks)
	}

	*loads, *checks = 0, 0
	w = serve(m.Optional(m.Optional(m.Require()(unreachable))), request("GET", "/", "Authorization", "Bearer "+issue(t, m, "eve@example.com")))
	if w.Code != 401 || *loads != 1 || *checks != 1 {
		t.Errorf("an unknown user: %d, %d loads, %d checks", w.Code, *loads, *checks)
	}
	*loads, *checks = 0, 0
	w = serve(m.Optional(m.Require("x")(unreachable)), request("GET", "/", "Authorization", "Bearer "+issue(t, m, "eve@example.com")))
	if w.Code != 403 || *loads != 1 {
		t.Errorf("scopes come before the user: %d, %d loads", w.Code, *loads)
	}
}

func TestScopesAreCheckedBeforeTheUserIsLoaded(t *testing.T) {
	m, loads, _ := counted(t, nil)
	w := serve(m.Require("x")(unreachable), request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")))
	if w.Code != 403 || *loads != 0 {
		t.Errorf("%d, %d loads", w.Code, *loads)
	}
}

// swap puts another token into the request between two guards.
func swap(fields ...string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r = r.Clone(r.Context())
			r.Header = request("GET", "/", fields...).Header
			next.ServeHTTP(w, r)
		})
	}
}

func TestAnotherTokenIsAnotherVisit(t *testing.T) {
	m, loads, _ := counted(t, nil)
	ada, bob := issue(t, m, "ada@example.com"), issue(t, m, "bob@example.com")
	asAda := request("GET", "/", "Authorization", "Bearer "+ada)

	w := serve(m.Require()(swap("Authorization", "Bearer "+bob)(m.Require()(greet(m)))), asAda)
	if w.Body.String() != "bob@example.com" || *loads != 2 {
		t.Errorf("%s, %d loads", w.Body, *loads)
	}
	if w := serve(m.Require()(swap()(m.Require()(unreachable))), asAda); w.Code != 401 {
		t.Errorf("a token that was taken away: %d", w.Code)
	}
	if w := serve(m.Require()(swap()(m.Optional(greet(m)))), asAda); w.Body.String() != "anonymous: no_token" {
		t.Errorf("a token that was taken away: %s", w.Body)
	}
	if w := serve(m.Optional(swap("Authorization", "Bearer "+ada)(m.Require()(greet(m)))), request("GET", "/")); w.Body.String() != "ada@example.com" {
		t.Errorf("a token that was added: %s", w.Body)
	}
	moved := newManager(t, func(c *Config) { c.Locations = InHeader | InCookie })
	source := moved.Handle(func(w http.ResponseWriter, _ *http.Request, p *Principal[*member]) {
		io.WriteString(w, p.Location.String())
	})
	same := issue(t, moved, "ada@example.com")
	w = serve(moved.Require()(swap("Cookie", "access-token="+same)(source)), request("GET", "/", "Authorization", "Bearer "+same))
	if w.Body.String() != "cookie" {
		t.Errorf("a token that was moved into a cookie: %s", w.Body)
	}
	twice := swap("Authorization", "Bearer "+ada, "Authorization", "Bearer "+ada)
	if w := serve(m.Require()(twice(m.Require()(unreachable))), asAda); w.Code != 400 {
		t.Errorf("a second header: %d", w.Code)
	}
}

// Two managers in one process never see each other's users.
func TestManagersShareNothing(t *testing.T) {
	a, b := newManager(t, nil), newManager(t, nil) // same key, same type of user
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := a.User(r.Context()); !ok {
			t.Error("a lost its user")
		}
		if _, ok := b.User(r.Context()); ok {
			t.Error("b has the user of a")
		}
		if _, err := b.Principal(r.Context()); Status(err) != 500 {
			t.Errorf("b without a guard: %v", err)
		}
	})
	token := issue(t, a, "ada@example.com")
	if w := serve(a.Require()(inner), request("GET", "/", "Authorization", "Bearer "+token)); w.Code != 200 {
		t.Errorf("got %d", w.Code)
	}
	both := a.Require()(b.Require()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one, _ := a.Principal(r.Context())
		two, _ := b.Principal(r.Context())
		if one == nil || two == nil || one == two {
			t.Errorf("principals %p and %p", one, two)
		}
	})))
	if w := serve(both, request("GET", "/", "Authorization", "Bearer "+token)); w.Code != 200 {
		t.Errorf("got %d", w.Code)
	}
}

// A request cannot set the principal.
func TestContextKeyIsOutOfReach(t *testing.T) {
	m := newManager(t, nil)
	type visitKey[U any] struct{ manager *Manager[U] } // a key of the same name elsewhere
	ctx := context.WithValue(t.Context(), visitKey[*member]{m}, members["ada@example.com"])
	if _, ok := m.User(ctx); ok {
		t.Error("another package's key reached the user")
	}
	// Every key that is asked for is of a type that only this package can name.
	asked := &askedKeys{Context: t.Context()}
	m.User(asked)
	LoadingClaims(asked)
	if len(asked.keys) != 2 {
		t.Fatalf("%d keys were asked for, want 2", len(asked.keys))
	}
	for _, key := range asked.keys {
		if of := reflect.TypeOf(key); of.PkgPath() != reflect.TypeFor[Claims]().PkgPath() || ast.IsExported(of.Name()) {
			t.Errorf("%v is a key that others can make", of)
		}
	}
}

// askedKeys records the keys that a context was asked for.
type askedKeys struct {
	context.Context
	keys []any
}

func (a *askedKeys) Value(key any) any {
	a.keys = append(a.keys, key)
	return nil
}

func TestNilAndZeroManagerDeny(t *testing.T) {
	var null *Manager[*member]
	for name, m := range map[string]*Manager[*member]{"nil": null, "zero": {}} {
		guards := map[string]http.Handler{
			"Require":    m.Require("x")(unreachable),
			"RequireAny": m.RequireAny("x")(unreachable),
			"Handle":     m.Handle(func(http.ResponseWriter, *http.Request, *Principal[*member]) { t.Error("let in") }),
			"Optional":   m.Optional(unreachable),
			"Deny":       http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.Deny(w, r, ErrNoToken) }),
			"TokenHandler": m.TokenHandler(func(context.Context, *Credentials) (Grant, error) {
				t.Error("asked for a password")
				return Grant{}, nil
			}),
		}
		for guard, h := range guards {
			if w := serve(h, request("POST", "/", "Authorization", "Bearer x")); w.Code != 500 {
				t.Errorf("%s of a %s manager: %d", guard, name, w.Code)
			}
		}
		w := httptest.NewRecorder()
		m.ClearCookie(w)
		errs := []error{m.SetCookie(w, Token{}), m.Logout(w, request("POST", "/"))}
		_, err := m.Authenticate(request("GET", "/"))
		errs = append(errs, err)
		_, err = m.AuthenticateToken(t.Context(), "x")
		errs = append(errs, err)
		_, err = m.Principal(t.Context())
		errs = append(errs, err)
		_, err = m.Issue(Grant{Subject: "x"})
		errs = append(errs, err)
		_, err = m.Verify(t.Context(), "x")
		errs = append(errs, err)
		for i, err := range errs {
			if !errors.Is(err, errNotConfigured) {
				t.Errorf("call %d on a %s manager: %v", i, name, err)
			}
		}
		if _, ok := m.User(t.Context()); ok || m.OpenAPI() != nil || m.Security() != nil {
			t.Errorf("a %s manager has a user or schemes", name)
		}
	}
}

// Wiring mistakes panic at registration, as those of net/http do.
func TestWiringMistakesPanic(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Scopes = map[string]string{"read": "Read"} })
	check := func(context.Context, *Credentials) (Grant, error) { return Grant{}, nil }
	mistakes := map[string]func(){
		"an empty scope":                func() { m.Require("") },
		"a scope with a blank":          func() { m.Require("read write") },
		"a scope with a quote":          func() { m.Require(`re"ad`) },
		"a scope beyond ASCII":          func() { m.Require("l\u00e9s") },
		"a scope that is not declared":  func() { m.Require("read", "write") },
		"one of Handle":                 func() { m.Handle(func(http.ResponseWriter, *http.Request, *Principal[*member]) {}, "write") },
		"one of RequireAny":             func() { m.RequireAny("write") },
		"one of Security":               func() { m.Security("write") },
		"an empty scope and no manager": func() { (*Manager[*member])(nil).Require("") },
		"RequireAny of nothing":         func() { m.RequireAny() },
		"Require around nothing":        func() { m.Require()(nil) },
		"Optional around nothing":       func() { m.Optional(nil) },
		"Handle of nothing":             func() { m.Handle(nil) },
		"TokenHandler without a check":  func() { m.TokenHandler(nil) },
	}
	for name, mistake := range mistakes {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if text, ok := recover().(string); !ok || !strings.HasPrefix(text, "login: ") {
					t.Errorf("recovered %q", text)
				}
			}()
			mistake()
		})
	}
	m.Require("read")
	m.TokenHandler(check)
}

func TestAuthenticateRefusesBadScopes(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Scopes = map[string]string{"read": "Read"} })
	token := issue(t, m, "ada@example.com", "read")
	r := request("GET", "/", "Authorization", "Bearer "+token)
	for _, scope := range []string{"", "write", "a b"} {
		if p, err := m.Authenticate(r, scope); p != nil || Status(err) != 500 {
			t.Errorf("Authenticate %q: %v, %v", scope, p, err)
		}
		if p, err := m.AuthenticateToken(t.Context(), token, scope); p != nil || Status(err) != 500 {
			t.Errorf("AuthenticateToken %q: %v, %v", scope, p, err)
		}
	}
}

func TestAuthenticateToken(t *testing.T) {
	m, loads, _ := counted(t, nil)
	token := issue(t, m, "ada@example.com", "read")
	p, err := m.AuthenticateToken(t.Context(), token, "read")
	if err != nil || p.User.Email != "ada@example.com" || p.Location != 0 || *loads != 1 {
		t.Errorf("%v, %v", p, err)
	}
	for _, tt := range []struct {
		name, token string
		scope       string
		want        error
	}{
		{"no token", "", "read", ErrNoToken},
		{"no token at all", "x", "read", ErrMalformed},
		{"a missing scope", token, "write", ErrInsufficientScope},
		{"an unknown user", issue(t, m, "eve@example.com", "read"), "read", ErrUserNotFound},
	} {
		if p, err := m.AuthenticateToken(t.Context(), tt.token, tt.scope); p != nil || !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, %v", tt.name, p, err)
		}
	}
	missing, ok := errors.AsType[*ScopeError](func() error { _, err := m.AuthenticateToken(t.Context(), token, "write"); return err }())
	if !ok || missing.Required[0] != "write" || missing.Granted[0] != "read" || missing.Any {
		t.Errorf("ScopeError %+v", missing)
	}
}

func TestRequireAny(t *testing.T) {
	m := newManager(t, nil)
	h := m.RequireAny("a", "b")(greet(m))
	for scopes, want := range map[string]int{"a": 200, "b": 200, "a b": 200, "c": 403, "": 403} {
		w := serve(h, request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com", strings.Fields(scopes)...)))
		if w.Code != want {
			t.Errorf("granted %q: %d, want %d", scopes, w.Code, want)
		}
	}
}

// Nested guards and later requests decide by the verified claims, even if a handler
// changes its copy.
func TestClaimsOfHandlersAreCopies(t *testing.T) {
	m := newManager(t, func(c *Config) { c.CacheSize = 8 })
	token := issue(t, m, "ada@example.com", "posts:read")
	tamper := func(next http.Handler) http.Handler {
		return m.Handle(func(w http.ResponseWriter, r *http.Request, p *Principal[*member]) {
			if p.Claims.Subject != "ada@example.com" || p.Claims.Scopes[0] != "posts:read" {
				t.Errorf("what an earlier request did is seen: %v", p.Claims)
			}
			p.Claims.Scopes[0], p.Claims.Subject = "admin", "root"
			p.Claims.Scopes = append(p.Claims.Scopes, "admin")
			next.ServeHTTP(w, r)
		})
	}
	for range 3 { // the first is verified, the others are remembered
		if w := serve(tamper(m.Require("admin")(unreachable)), request("GET", "/", "Authorization", "Bearer "+token)); w.Code != 403 {
			t.Fatalf("got %d", w.Code)
		}
		var missing *ScopeError
		_, err := m.AuthenticateToken(t.Context(), token, "admin")
		if !errors.As(err, &missing) || missing.Granted[0] != "posts:read" {
			t.Fatalf("%v, %+v", err, missing)
		}
		missing.Granted[0] = "admin"
	}
}

// Goroutines of one handler get one principal.
func TestPrincipalIsMadeOnce(t *testing.T) {
	m := newManager(t, nil)
	var got [8]*Principal[*member]
	h := m.Require()(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var all sync.WaitGroup
		for i := range got {
			all.Go(func() { got[i], _ = m.Principal(r.Context()) })
		}
		all.Wait()
	}))
	serve(h, request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")))
	for _, p := range got {
		if p == nil || p != got[0] {
			t.Fatalf("principals %v", got)
		}
	}
}

// An ErrorHandler that changes the scopes in an error does not change the guard.
func TestScopeErrorIsACopy(t *testing.T) {
	m := newManager(t, func(c *Config) {
		c.OnError = func(w http.ResponseWriter, r *http.Request, err error) {
			if missing, ok := errors.AsType[*ScopeError](err); ok {
				missing.Required[0] = "a"
			}
			WriteError(w, r, err)
		}
	})
	h := m.Require("admin")(unreachable)
	for range 2 {
		if w := serve(h, request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com", "a"))); w.Code != 403 {
			t.Fatalf("got %d", w.Code)
		}
	}
}

// OPTIONS requests are checked too; CORS middleware goes outside.
func TestOPTIONSIsGuarded(t *testing.T) {
	m := newManager(t, nil)
	r := request("OPTIONS", "/", "Origin", "https://a.example", "Access-Control-Request-Method", "PUT")
	if w := serve(m.Require()(unreachable), r); w.Code != 401 {
		t.Errorf("got %d", w.Code)
	}
}

// An outage of the revocation store is not anonymous either.
func TestStoreOutage(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Revocations = brokenStore{} })
	r := request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com"))
	for name, h := range map[string]http.Handler{"Require": m.Require()(unreachable), "Optional": m.Optional(unreachable)} {
		if w := serve(h, r); w.Code != 503 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

type brokenStore struct{ Revocations }

func (brokenStore) Revoked(context.Context, *Claims) (bool, error) {
	return false, errors.New("connection refused")
}
func (brokenStore) Revoke(context.Context, *Claims) error { return errors.New("connection refused") }

// A guard is used by many requests at once, and the visit by many goroutines.
func TestGuardsConcurrently(t *testing.T) {
	m := newManager(t, func(c *Config) { c.CacheSize = 8 })
	h := m.Require()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() {
				p, err := m.Authenticate(r, "x")
				if err != nil || !p.Claims.HasScopes("x") {
					t.Error(err)
				}
				if user, ok := m.User(r.Context()); !ok || user.Email != p.Claims.Subject {
					t.Error("another user")
				}
			})
		}
		readers.Wait()
	}))
	tokens := []string{issue(t, m, "ada@example.com", "x"), issue(t, m, "bob@example.com", "x")}
	var clients sync.WaitGroup
	for i := range 8 {
		clients.Go(func() {
			for range 50 {
				serve(h, request("GET", "/", "Authorization", "Bearer "+tokens[i%2]))
			}
		})
	}
	clients.Wait()
}

// No way to print a context prints the token, also inside other values such as the
// error of a loader.
func TestContextPrintsNoToken(t *testing.T) {
	type job struct {
		id  int
		ctx context.Context
	}
	var contexts []context.Context
	m, err := New(testKey(keys.EdDSA), func(ctx context.Context, _ string) (*member, error) {
		contexts = append(contexts, ctx)
		return &member{Email: "x"}, nil
	}, Config{Now: atNoon, Locations: InHeader | InCookie})
	if err != nil {
		t.Fatal(err)
	}
	keep := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { contexts = append(contexts, r.Context()) })
	token := issue(t, m, "ada@example.com")
	for _, fields := range [][]string{{"Authorization", "Bearer " + token}, {"Cookie", "access-token=" + token}, {"Authorization", "Bearer x." + token}} {
		serve(m.Optional(keep), request("GET", "/", fields...))
	}
	if len(contexts) != 5 {
		t.Fatalf("%d contexts, want 5", len(contexts))
	}
	payload := strings.Split(token, ".")[1]
	for _, ctx := range contexts {
		for _, verb := range "vTtbcdoOqxXUeEfFgGsqpw" {
			for _, flags := range []string{"", "+", "#", "-10", " ", "0"} {
				format := "%" + flags + string(verb)
				for _, value := range []any{ctx, job{1, ctx}, &job{1, ctx}, []context.Context{ctx}, map[string]any{"ctx": ctx}} {
					text := fmt.Sprintf(format, value)
					if strings.Contains(text, payload) || strings.Contains(strings.ReplaceAll(strings.ToLower(text), " ", ""), hex.EncodeToString([]byte(payload))) {
						t.Fatalf("%s of %T prints the token", format, value)
					}
				}
			}
		}
	}
}
