package logintest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
	"github.com/loginctl/loginctl/pkg/login/logintest"
	"github.com/loginctl/loginctl/pkg/login/pages"
	"github.com/loginctl/loginctl/pkg/login/revocation"
)

type user struct{ Name string }

// newRoutes is the service that the package's documentation tests.
func newRoutes(auth *login.Manager[*user]) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /posts", auth.Handle(func(w http.ResponseWriter, _ *http.Request, p *login.Principal[*user]) {
		w.Write([]byte("posts for " + p.User.Name))
	}, "posts:read"))
	mux.Handle("POST /login", auth.TokenHandler(func(_ context.Context, c *login.Credentials) (login.Grant, error) {
		if c.Password != "correct horse" {
			return login.Grant{}, login.ErrBadCredentials
		}
		return login.Grant{Subject: c.Username, Scopes: []string{"posts:read"}}, nil
	}))
	return mux
}

func TestPosts(t *testing.T) {
	auth := logintest.New(t, map[string]*user{
		"ada@example.com": {Name: "Ada"},
	}, login.Config{})
	routes := newRoutes(auth.Manager)

	tests := []struct {
		name  string
		token string
		want  int
	}{
		{"with the scope", auth.Token("ada@example.com", "posts:read"), http.StatusOK},
		{"without the scope", auth.Token("ada@example.com"), http.StatusForbidden},
		{"of a user who is gone", auth.Token("bob@example.com", "posts:read"), http.StatusUnauthorized},
		{"no token", "", http.StatusUnauthorized},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := logintest.Get("/posts").Bearer(tt.token).Serve(routes)
			if w.Code != tt.want {
				t.Errorf("got %d, want %d", w.Code, tt.want)
			}
		})
	}
}

func TestUsersAndClock(t *testing.T) {
	auth := logintest.New(t, map[string]*user{"ada": {Name: "Ada"}}, login.Config{})
	h := auth.Require()(http.NotFoundHandler())
	status := func() int { return logintest.Get("/").Bearer(auth.Token("ada")).Serve(h).Code }

	if got := status(); got != 404 || auth.Users.Loads() != 1 {
		t.Errorf("got %d after %d loads", got, auth.Users.Loads())
	}
	auth.Users.Fail(login.ErrUnavailable)
	if got := status(); got != 503 {
		t.Errorf("during an outage: %d", got)
	}
	auth.Users.Fail(nil)
	auth.Users.Remove("ada")
	if got := status(); got != 401 {
		t.Errorf("without the user: %d", got)
	}
	auth.Users.Set("ada", &user{Name: "Ada"})
	token := auth.Token("ada")
	auth.Clock.Advance(15*time.Minute - time.Second)
	if w := logintest.Get("/").Bearer(token).Serve(h); w.Code != 404 {
		t.Errorf("a second before it expires: %d", w.Code)
	}
	auth.Clock.Advance(time.Second)
	if w := logintest.Get("/").Bearer(token).Serve(h); w.Code != 401 {
		t.Errorf("expired: %d", w.Code)
	}
	auth.Clock.Set(auth.Clock.Now().Add(-time.Minute))
	if w := logintest.Get("/").Bearer(token).Serve(h); w.Code != 404 {
		t.Errorf("a minute before: %d", w.Code)
	}
}

func TestRequest(t *testing.T) {
	auth := logintest.New(t, map[string]*user{"ada": {Name: "Ada"}}, login.Config{
		Locations: login.InHeader | login.InCookie,
		OnError:   pages.Redirect("/login"),
	})
	routes := newRoutes(auth.Manager)
	if w := logintest.Post("/login").Password("ada", "correct horse").Serve(routes); w.Code != 200 || len(w.Result().Cookies()) != 1 {
		t.Errorf("a login: %d", w.Code)
	}
	if w := logintest.Post("/login").Form(url.Values{"username": {"ada"}, "password": {"x"}}).Serve(routes); w.Code != 400 {
		t.Errorf("a wrong password: %d", w.Code)
	}
	if w := logintest.Post("/login").JSON(`{}`).Serve(routes); w.Code != 400 {
		t.Errorf("JSON: %d", w.Code)
	}
	if w := logintest.Get("/posts").Navigation().Serve(routes); w.Code != 303 {
		t.Errorf("a navigation: %d", w.Code)
	}
	h := auth.Require()(http.NotFoundHandler())
	if w := logintest.Post("/").Cookie("access-token", auth.Token("ada")).Serve(h); w.Code != 404 {
		t.Errorf("by cookie: %d", w.Code)
	}
	if w := logintest.Post("/").Cookie("access-token", auth.Token("ada")).FromSite("https://evil.example").Serve(h); w.Code != 403 {
		t.Errorf("another site's: %d", w.Code)
	}
	r := logintest.NewRequest("PUT", "/x").Header("X-A", "b").Cookie("c", "").HTTP()
	if r.Method != "PUT" || r.Header.Get("X-A") != "b" || r.Header.Get("Cookie") != "" {
		t.Errorf("got %s %v", r.Method, r.Header)
	}
}

func TestCheckRevocations(t *testing.T) {
	err := check(t, func(now func() time.Time) login.Revocations {
		return &revocation.Memory{Now: now}
	})
	if err != nil {
		t.Error(err)
	}
}

// broken is a store with one promise broken.
type broken struct {
	*revocation.Memory
	revoked       func(*login.Claims) *login.Claims
	revoke        func(*login.Claims) (*login.Claims, error)
	revokeSubject func(issuer, subject string, t time.Time) (string, string, time.Time)
}

func (b *broken) Revoked(ctx context.Context, c *login.Claims) (bool, error) {
	if b.revoked != nil {
		changed := *c
		c = b.revoked(&changed)
	}
	if c == nil {
		return false, errors.New("out of order")
	}
	return b.Memory.Revoked(ctx, c)
}

func (b *broken) Revoke(ctx context.Context, c *login.Claims) error {
	if b.revoke != nil {
		changed := *c
		var err error
		if c, err = b.revoke(&changed); err != nil || c == nil {
			return err
		}
	}
	return b.Memory.Revoke(ctx, c)
}

func (b *broken) RevokeSubject(ctx context.Context, issuer, subject string, t time.Time) error {
	if b.revokeSubject != nil {
		issuer, subject, t = b.revokeSubject(issuer, subject, t)
	}
	return b.Memory.RevokeSubject(ctx, issuer, subject, t)
}

// check is CheckRevocations in a bubble, where its waiting takes no time.
func check(t *testing.T, open func(now func() time.Time) login.Revocations) (err error) {
	synctest.Test(t, func(t *testing.T) { err = logintest.CheckRevocations(t.Context(), open) })
	return err
}

// ttlStore is like a server that forgets entries at a time of its clock.
type ttlStore struct {
	revocation.Memory
	until func(c *login.Claims) time.Time
	mu    sync.Mutex
	ends  map[string]time.Time
}

func (s *ttlStore) Revoke(ctx context.Context, c *login.Claims) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ends == nil {
		s.ends = map[string]time.Time{}
	}
	s.ends[c.ID] = s.until(c)
	return s.Memory.Revoke(ctx, c)
}

func (s *ttlStore) Revoked(ctx context.Context, c *login.Claims) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if end, ok := s.ends[c.ID]; ok && end.Year() >= time.Now().Year() && time.Now().After(end) {
		return false, nil
	}
	return s.Memory.Revoked(ctx, c)
}

// A Redis TTL that ends with exp readmits a token within the leeway of a verifier.
func TestCheckRevocationsByTheClockOfTheStore(t *testing.T) {
	open := func(until func(*login.Claims) time.Time) func(func() time.Time) login.Revocations {
		return func(func() time.Time) login.Revocations { return &ttlStore{until: until} }
	}
	err := check(t, open(func(c *login.Claims) time.Time { return c.ExpiresAt }))
	if err == nil || !strings.Contains(err.Error(), "RememberUntil") {
		t.Errorf("a TTL until exp: %v", err)
	}
	if err := check(t, open((*login.Claims).RememberUntil)); err != nil {
		t.Errorf("a TTL until RememberUntil: %v", err)
	}
}

// sessionStore ends the session of a token.
type sessionStore struct {
	revocation.Memory
}

func (s *sessionStore) ofSession(c *login.Claims) *login.Claims {
	sid, ok, err := claim.At[string](c, "sid")
	if !ok || err != nil {
		return c
	}
	changed := *c
	changed.ID = sid
	return &changed
}

func (s *sessionStore) Revoke(ctx context.Context, c *login.Claims) error {
	return s.Memory.Revoke(ctx, s.ofSession(c))
}

func (s *sessionStore) Revoked(ctx context.Context, c *login.Claims) (bool, error) {
	return s.Memory.Revoked(ctx, s.ofSession(c))
}

func TestCheckRevocationsOfSessions(t *testing.T) {
	err := check(t, func(now func() time.Time) login.Revocations {
		return &sessionStore{revocation.Memory{Now: now}}
	})
	if err != nil {
		t.Error(err)
	}
}

// A store that is down is one cause, and reported once.
func TestCheckRevocationsReportsACauseOnce(t *testing.T) {
	err := check(t, func(func() time.Time) login.Revocations {
		return &broken{Memory: &revocation.Memory{}, revoked: func(*login.Claims) *login.Claims { return nil }}
	})
	if err == nil || strings.Count(err.Error(), "out of order") > 2 {
		t.Errorf("got %d times: %v", strings.Count(err.Error(), "out of order"), err)
	}
	err = check(t, func(now func() time.Time) login.Revocations {
		return &broken{Memory: &revocation.Memory{Now: now}, revoke: func(*login.Claims) (*login.Claims, error) { return nil, nil }}
	})
	if n := strings.Count(fmt.Sprint(err), "\n") + 1; n > 25 {
		t.Errorf("a store that never revokes has %d lines: %v", n, err)
	}
}

func TestKeysAndKeyServer(t *testing.T) {
	for _, alg := range keys.Algorithms() {
		key := logintest.Key(t, alg)
		token, err := logintest.SignClaims(key, map[string]any{"sub": "ada", "exp": time.Now().Add(time.Hour).Unix()})
		if err != nil {
			t.Fatal(err)
		}
		v, err := login.NewVerifier(key, login.Config{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.Verify(t.Context(), token); err != nil {
			t.Errorf("%v: %v", alg, err)
		}
	}
	key := logintest.Key(t, keys.RS256)
	issuer := logintest.KeyServer(t, key)
	source, err := jwks.New(jwks.Config{Issuer: issuer})
	if err != nil {
		t.Fatal(err)
	}
	v, err := login.NewVerifier(source, login.Config{Issuer: issuer})
	if err != nil {
		t.Fatal(err)
	}
	token, err := logintest.SignClaims(key, map[string]any{"iss": issuer, "sub": "ada", "exp": time.Now().Add(time.Hour).Unix()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Errorf("by the key server: %v", err)
	}
	if logintest.Shape("none", time.Now()) != nil {
		t.Error("an unknown issuer has a shape")
	}
}

// A check that never fails checks nothing.
func TestCheckRevocationsFindsBrokenStores(t *testing.T) {
	type claims = login.Claims
	lower := func(c *claims) *claims { c.ID = strings.ToLower(c.ID); return c }
	joined := func(c *claims) *claims { c.ID, c.Issuer = c.Issuer+c.ID, ""; return c }
	tests := []struct {
		name   string
		damage func(*broken)
		want   string
	}{
		{"never answers", func(b *broken) { b.revoked = func(*claims) *claims { return nil } }, "out of order"},
		{"never revokes", func(b *broken) { b.revoke = func(*claims) (*claims, error) { return nil, nil } }, "revoking one token"},
		{"fails to revoke", func(b *broken) { b.revoke = func(*claims) (*claims, error) { return nil, errors.New("full") } }, "full"},
		{"refuses a second time", func(b *broken) {
			var seen sync.Map
			b.revoke = func(c *claims) (*claims, error) {
				if _, again := seen.LoadOrStore(c.ID, true); again {
					return nil, errors.New("duplicate key")
				}
				return c, nil
			}
		}, "revoking a token twice: Revoke: duplicate key"},
		{"forgets the issuer", func(b *broken) {
			b.revoked = func(c *claims) *claims { c.Issuer = ""; return c }
			b.revoke = func(c *claims) (*claims, error) { c.Issuer = ""; return c, nil }
		}, "another issuer's of the same jti"},
		{"joins issuer and jti", func(b *broken) {
			b.revoked = joined
			b.revoke = func(c *claims) (*claims, error) { return joined(c), nil }
		}, "join to the same text"},
		{"ignores case", func(b *broken) { b.revoked = lower }, "another case"},
		{"forgets too early", func(b *broken) {
			b.revoke = func(c *claims) (*claims, error) {
				if c.ID == "c" {
					b.Memory = &revocation.Memory{Now: nil}
				}
				return c, nil
			}
		}, "within the most leeway"},
		{"cuts a second too late", func(b *broken) {
			b.revokeSubject = func(issuer, subject string, t time.Time) (string, string, time.Time) {
				return issuer, subject, t.Add(time.Second)
			}
		}, "issued at that second"},
		{"cuts off the fraction", func(b *broken) {
			b.revokeSubject = func(issuer, subject string, t time.Time) (string, string, time.Time) {
				return issuer, subject, t.Truncate(time.Second)
			}
		}, "in the second that the cut is in"},
		{"rounds a cut to the nearest second", func(b *broken) {
			b.revokeSubject = func(issuer, subject string, t time.Time) (string, string, time.Time) {
				return issuer, subject, t.Round(time.Second)
			}
		}, "in the second that the cut is in"},
		{"bounds a cut by its clock", func(b *broken) {
			b.revokeSubject = func(issuer, subject string, t time.Time) (string, string, time.Time) {
				if start := logintest.NewClock().Now().Add(2 * time.Minute); t.After(start) {
					t = start
				}
				return issuer, subject, t
			}
		}, "a cut that is ahead of the clock"},
		{"cuts one subject for all", func(b *broken) {
			b.revoked = func(c *claims) *claims { c.Subject = "all"; return c }
			b.revokeSubject = func(issuer, _ string, t time.Time) (string, string, time.Time) { return issuer, "all", t }
		}, "another subject's token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := check(t, func(now func() time.Time) login.Revocations {
				b := &broken{Memory: &revocation.Memory{Now: now}}
				tt.damage(b)
				return b
			})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// A store of revocations that goes by the test's clock.
func TestNewAt(t *testing.T) {
	clock := logintest.NewClock()
	store := &revocation.Memory{Now: clock.Now}
	auth := logintest.NewAt(t, clock, map[string]*user{"ada@example.com": {Name: "Ada"}}, login.Config{Revocations: store})
	tokens := make([]string, 200)
	for i := range tokens {
		tokens[i] = auth.Token("ada@example.com")
		c, err := auth.Verify(t.Context(), tokens[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Revoke(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for _, token := range tokens {
		if _, err := auth.Verify(t.Context(), token); !errors.Is(err, login.ErrRevoked) {
			t.Fatalf("got %v, want login.ErrRevoked", err)
		}
	}
}
