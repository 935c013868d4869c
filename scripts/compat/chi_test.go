package compat

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

type user struct{ Name string }

func newAuth(t *testing.T, config login.Config) *logintest.Manager[*user] {
	t.Helper()
	return logintest.New(t, map[string]*user{"ada": {Name: "Ada"}}, config)
}

func name(auth *logintest.Manager[*user]) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, ok := auth.User(r.Context())
		if !ok {
			fmt.Fprint(w, "stranger")
			return
		}
		fmt.Fprintf(w, "%s %s", user.Name, chi.URLParam(r, "id"))
	}
}

// A guard as middleware of a chi router, of a group and of one route.
func TestInsideChi(t *testing.T) {
	auth := newAuth(t, login.Config{})
	r := chi.NewRouter()
	r.Use(middleware.RequestID, middleware.RealIP, middleware.Recoverer, middleware.Timeout(time.Minute), auth.Optional)
	r.Get("/", name(auth))
	r.Route("/posts", func(r chi.Router) {
		r.Use(auth.Require("posts:read"))
		r.Get("/{id}", name(auth))
		r.With(auth.Require("posts:write")).Delete("/{id}", name(auth))
	})
	reader := auth.Token("ada", "posts:read")
	tests := []struct {
		name, method, path, token string
		status                    int
		body                      string
	}{
		{"a stranger", "GET", "/", "", 200, "stranger"},
		{"a user", "GET", "/", reader, 200, "Ada "},
		{"a guarded group", "GET", "/posts/7", reader, 200, "Ada 7"},
		{"a guarded group without a token", "GET", "/posts/7", "", 401, `{"detail":"Invalid credentials"}`},
		{"a guarded route without the scope", "DELETE", "/posts/7", reader, 403, `{"detail":"Insufficient scope"}`},
		{"a guarded route", "DELETE", "/posts/7", auth.Token("ada", "posts:read", "posts:write"), 200, "Ada 7"},
		{"no such route", "GET", "/nowhere", reader, 404, "404 page not found\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loads := auth.Users.Loads()
			w := logintest.NewRequest(tt.method, tt.path).Bearer(tt.token).Serve(r)
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, tt.status, tt.body)
			}
			if again := auth.Users.Loads() - loads; again > 1 {
				t.Errorf("the user was loaded %d times", again)
			}
		})
	}
}

// A whole chi router behind a guard.
func TestOutsideChi(t *testing.T) {
	auth := newAuth(t, login.Config{})
	r := chi.NewRouter()
	r.Get("/posts/{id}", name(auth))
	h := auth.Require("posts:read")(r)
	if w := logintest.Get("/posts/7").Bearer(auth.Token("ada", "posts:read")).Serve(h); w.Body.String() != "Ada 7" {
		t.Errorf("with a token: %d %s", w.Code, w.Body)
	}
	if w := logintest.Get("/posts/7").Serve(h); w.Code != 401 {
		t.Errorf("without a token: %d", w.Code)
	}
}

// The guards leave chi's Recoverer and Timeout alone: a loader's panic is a 500,
// a slow one a 503, and the silence after a client left stays silence.
func TestLoaderBehindChi(t *testing.T) {
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	auth, err := login.New(key, func(ctx context.Context, subject string) (*user, error) {
		if subject == "panic" {
			panic("broken")
		}
		<-ctx.Done()
		return nil, ctx.Err()
	}, login.Config{})
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	r.Use(middleware.Recoverer, middleware.Timeout(100*time.Millisecond), auth.Require())
	r.Get("/", http.NotFound)
	for subject, want := range map[string]int{"panic": 500, "slow": 503} {
		token := logintest.Mint(t, auth, login.Grant{Subject: subject})
		if w := logintest.Get("/").Bearer(token).Serve(r); w.Code != want {
			t.Errorf("%s: %d, want %d", subject, w.Code, want)
		}
	}
}
