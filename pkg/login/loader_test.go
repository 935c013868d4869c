package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// answerOf is the status that a loader's result leads to, behind Require and
// behind Optional, where anonymous is 200.
func answerOf[U any](t *testing.T, load Loader[U]) (require, optional int) {
	t.Helper()
	m, err := New(testKey(keys.HS256), load, Config{Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	r := request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com"))
	fine := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	anonymous := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, ok := m.User(r.Context()); ok {
			t.Error("Optional found a user")
		}
	})
	return serve(m.Require()(fine), r).Code, serve(m.Optional(anonymous), r).Code
}

// A failing loader means neither an unknown user nor an anonymous request.
func TestLoaderErrors(t *testing.T) {
	tests := []struct {
		name     string
		err      error
		require  int
		optional int
	}{
		{"user not found", ErrUserNotFound, 401, 200},
		{"user not found, with details", fmt.Errorf("ada: %w", ErrUserNotFound), 401, 200},
		{"account locked", ErrForbidden, 403, 200},
		{"unavailable", fmt.Errorf("db: %w", ErrUnavailable), 503, 503},
		{"its own deadline", context.DeadlineExceeded, 503, 503},
		{"a deadline of its connection", os.ErrDeadlineExceeded, 503, 503},
		{"cancelled by somebody else", context.Canceled, 503, 503},
		{"unavailable and not found", errors.Join(ErrUserNotFound, ErrUnavailable), 503, 503},
		{"anything else", errors.New("syntax error"), 500, 500},
		{"claims that it does not accept", ErrClaims, 401, 200},
		{"a claim that it does not accept", &ClaimError{Claim: "token_use", Err: ErrClaims}, 401, 200},
		{"no token of its own", ErrNoToken, 500, 500},
		{"bad credentials of its own", ErrBadCredentials, 500, 500},
		{"a scope that is missing", &ScopeError{Required: []string{"x"}}, 403, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			load := func(context.Context, string) (*member, error) { return &member{Email: "x"}, tt.err }
			if require, optional := answerOf(t, load); require != tt.require || optional != tt.optional {
				t.Errorf("Require %d, Optional %d; want %d, %d", require, optional, tt.require, tt.optional)
			}
		})
	}
}

func TestLoaderErrorReachesOnError(t *testing.T) {
	type locked struct{ error }
	cause := locked{errors.New("account locked")}
	m, err := New(testKey(keys.HS256), func(context.Context, string) (*member, error) { return nil, cause }, Config{
		Now: atNoon,
		OnError: func(w http.ResponseWriter, r *http.Request, err error) {
			if _, ok := errors.AsType[locked](err); ok {
				w.WriteHeader(http.StatusLocked)
				return
			}
			WriteError(w, r, err)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := serve(m.Require()(unreachable), request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")))
	if w.Code != http.StatusLocked {
		t.Errorf("got %d", w.Code)
	}
}

func found[U any](user U) Loader[U] {
	return func(context.Context, string) (U, error) { return user, nil }
}

// A nil error with a user that is nil means that the user is unknown. Every other value
// is a user, unless the loader says otherwise.
func TestLoaderFindsNobody(t *testing.T) {
	nobody := map[string]func(*testing.T) (int, int){
		"nil pointer":   func(t *testing.T) (int, int) { return answerOf(t, found[*member](nil)) },
		"nil interface": func(t *testing.T) (int, int) { return answerOf(t, found[any](nil)) },
		"typed nil":     func(t *testing.T) (int, int) { return answerOf(t, found[any]((*member)(nil))) },
		"nil map":       func(t *testing.T) (int, int) { return answerOf(t, found[map[string]any](nil)) },
		"nil slice":     func(t *testing.T) (int, int) { return answerOf(t, found[[]string](nil)) },
		"nil function":  func(t *testing.T) (int, int) { return answerOf(t, found[func()](nil)) },
		"an empty user and ErrUserNotFound": func(t *testing.T) (int, int) {
			return answerOf(t, func(context.Context, string) (member, error) { return member{}, ErrUserNotFound })
		},
	}
	for name, answer := range nobody {
		if require, optional := answer(t); require != 401 || optional != 200 {
			t.Errorf("%s: Require %d, Optional %d; want 401, 200", name, require, optional)
		}
	}
	somebody := map[string]func(*testing.T) (int, error){
		"pointer":                    func(t *testing.T) (int, error) { return letIn(t, found(&member{Email: "x"})) },
		"pointer to zero":            func(t *testing.T) (int, error) { return letIn(t, found(&member{})) },
		"pointer to an empty struct": func(t *testing.T) (int, error) { return letIn(t, found(&struct{}{})) },
		"struct":                     func(t *testing.T) (int, error) { return letIn(t, found(member{Email: "x"})) },
		"zero struct":                func(t *testing.T) (int, error) { return letIn(t, found(member{})) },
		"empty struct":               func(t *testing.T) (int, error) { return letIn(t, found(struct{}{})) },
		"number":                     func(t *testing.T) (int, error) { return letIn(t, found(7)) },
		"zero number":                func(t *testing.T) (int, error) { return letIn(t, found(0)) },
		"interface":                  func(t *testing.T) (int, error) { return letIn(t, found[any](7)) },
		"zero in an interface":       func(t *testing.T) (int, error) { return letIn(t, found[any](0)) },
		"map":                        func(t *testing.T) (int, error) { return letIn(t, found(map[string]any{"a": nil})) },
		"empty map":                  func(t *testing.T) (int, error) { return letIn(t, found(map[string]any{})) },
		"empty slice":                func(t *testing.T) (int, error) { return letIn(t, found([]string{})) },
		"claims":                     func(t *testing.T) (int, error) { return letIn(t, ClaimsOnly) },
	}
	for name, answer := range somebody {
		if status, err := answer(t); status != 200 || err != nil {
			t.Errorf("%s: %d, %v", name, status, err)
		}
	}
}

func letIn[U any](t *testing.T, load Loader[U]) (int, error) {
	t.Helper()
	m, err := New(testKey(keys.HS256), load, Config{Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	fine := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, err = m.Principal(r.Context()) })
	return serve(m.Require()(fine), request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com"))).Code, err
}

func TestBind(t *testing.T) {
	query := func(_ context.Context, db map[string]*member, email string) (*member, error) { return db[email], nil }
	user, err := Bind(members, query)(t.Context(), "ada@example.com")
	if err != nil || user != members["ada@example.com"] {
		t.Errorf("got %v, %v", user, err)
	}
	// A function is a dependency like any other.
	called := func(_ context.Context, open func() map[string]*member, email string) (*member, error) {
		return open()[email], nil
	}
	user, err = Bind(func() map[string]*member { return members }, called)(t.Context(), "ada@example.com")
	if err != nil || user != members["ada@example.com"] {
		t.Errorf("got %v, %v", user, err)
	}
	if Bind[int, *member](1, nil) != nil {
		t.Error("Bind made a loader out of nothing, which New could not refuse")
	}
}

func TestLoadingClaims(t *testing.T) {
	var seen *Claims
	m, err := New(testKey(keys.HS256), func(ctx context.Context, subject string) (*member, error) {
		seen = LoadingClaims(ctx)
		if got := fmt.Sprintf("%v %+v %#v", ctx, ctx, ctx); strings.Contains(got, "eyJ") {
			t.Error("a printed context shows the token")
		}
		return members[subject], ctx.Err()
	}, Config{Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	h := m.Handle(func(_ http.ResponseWriter, r *http.Request, p *Principal[*member]) {
		if LoadingClaims(r.Context()) != nil {
			t.Error("LoadingClaims outside of a loader")
		}
		if !reflect.DeepEqual(p.Claims, seen) || p.Claims == seen || !seen.HasScopes("x") || seen.Subject != "ada@example.com" {
			t.Errorf("the loader saw %v", seen)
		}
		if got := fmt.Sprintf("%v %+v %#v %v", r.Context(), r.Context(), r.Context(), p); strings.Contains(got, "eyJ") {
			t.Error("a printed context or principal shows the token")
		}
	})
	if w := serve(h, request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com", "x"))); w.Code != 200 {
		t.Errorf("got %d", w.Code)
	}
	if LoadingClaims(t.Context()) != nil {
		t.Error("claims out of nowhere")
	}
	if _, err := ClaimsOnly(t.Context(), "ada@example.com"); err == nil {
		t.Error("ClaimsOnly let somebody in outside of a manager")
	}
}

// A panic of the loader is left to the server, which goes on serving.
func TestLoaderPanicIsNotSwallowed(t *testing.T) {
	m, err := New(testKey(keys.HS256), func(context.Context, string) (*member, error) { panic("broken") }, Config{Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if got := recover(); got != "broken" {
			t.Errorf("recovered %v", got)
		}
	}()
	serve(m.Optional(unreachable), request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")))
	t.Error("the panic was swallowed")
}

// The loader's context is the request's: its values, and its end.
func TestLoaderContext(t *testing.T) {
	type key struct{}
	m, err := New(testKey(keys.HS256), func(ctx context.Context, subject string) (*member, error) {
		if ctx.Value(key{}) != "v" {
			t.Error("a value is lost")
		}
		inner, cancel := context.WithCancel(ctx) // must not need a goroutine
		defer cancel()
		if inner.Err() != nil {
			t.Error("already done")
		}
		return members[subject], nil
	}, Config{Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	r := request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com"))
	ctx := context.WithValue(r.Context(), key{}, "v")
	if w := serve(m.Require()(http.NotFoundHandler()), r.WithContext(ctx)); w.Code != 404 {
		t.Errorf("got %d", w.Code)
	}
}
