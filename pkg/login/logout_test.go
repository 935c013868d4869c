package login

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

func TestSetCookieReplacesItsOwn(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Locations = InCookie })
	token, err := m.Issue(Grant{Subject: "ada@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	w.Header().Add("Set-Cookie", "theme=dark")
	w.Header().Add("Set-Cookie", "access-token-2=x")
	if err := m.SetCookie(w, token); err != nil {
		t.Fatal(err)
	}
	m.ClearCookie(w)
	got := w.Header().Values("Set-Cookie")
	if len(got) != 3 || got[0] != "theme=dark" || got[1] != "access-token-2=x" ||
		got[2] != "access-token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("Set-Cookie %q", got)
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("a cache may keep the cookie")
	}
}

func TestSetCookieRefuses(t *testing.T) {
	headerOnly := newManager(t, nil)
	m := newManager(t, func(c *Config) { c.Locations = InCookie })
	token, err := m.Issue(Grant{Subject: "ada@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := headerOnly.SetCookie(w, token); !errors.Is(err, errNoCookies) {
		t.Errorf("a manager that reads no cookies: %v", err)
	}
	headerOnly.ClearCookie(w)
	if err := m.SetCookie(w, Token{}); err == nil {
		t.Error("the zero token was set")
	}
	if got := w.Header().Values("Set-Cookie"); len(got) != 0 {
		t.Errorf("Set-Cookie %q", got)
	}
}

// Logout clears the cookie and revokes the tokens of the request.
func TestLogout(t *testing.T) {
	m := newManager(t, func(c *Config) {
		c.Locations = InHeader | InCookie
		c.Revocations = &memoryStore{Now: atNoon}
	})
	byCookie, byHeader := issue(t, m, "ada@example.com"), issue(t, m, "ada@example.com")
	for name, r := range map[string]struct{ field, value, token string }{
		"by cookie": {"Cookie", "access-token=" + byCookie, byCookie},
		"by header": {"Authorization", "Bearer " + byHeader, byHeader},
	} {
		w := httptest.NewRecorder()
		if err := m.Logout(w, request("POST", "/logout", r.field, r.value)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("%s: the cookie is not cleared", name)
		}
		if _, err := m.Verify(t.Context(), r.token); !errors.Is(err, ErrRevoked) {
			t.Errorf("%s: the token is still good: %v", name, err)
		}
		if err := m.Logout(httptest.NewRecorder(), request("POST", "/logout", r.field, r.value)); err != nil {
			t.Errorf("%s: a second logout: %v", name, err)
		}
	}
	if _, err := m.Verify(t.Context(), issue(t, m, "ada@example.com")); err != nil {
		t.Errorf("another token of the user: %v", err)
	}
}

// Whichever token decides, no other that the request carries stays good.
func TestLogoutRevokesAllTokens(t *testing.T) {
	for name, carry := range map[string]struct {
		fields []string
		want   error
	}{
		"a cookie and a header": {[]string{"Cookie", "access-token=%0", "Authorization", "Bearer %1"}, nil},
		"cookies that differ":   {[]string{"Cookie", "access-token=%0; access-token=%1"}, nil},
		"two headers":           {[]string{"Authorization", "Bearer %0", "Authorization", "bearer %1"}, ErrBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			m := newManager(t, func(c *Config) {
				c.Locations, c.Revocations = InHeader|InCookie, &memoryStore{Now: atNoon}
			})
			tokens := []string{issue(t, m, "ada@example.com"), issue(t, m, "ada@example.com")}
			fill := strings.NewReplacer("%0", tokens[0], "%1", tokens[1])
			var fields []string
			for _, f := range carry.fields {
				fields = append(fields, fill.Replace(f))
			}
			if err := m.Logout(httptest.NewRecorder(), request("POST", "/logout", fields...)); !errors.Is(err, carry.want) {
				t.Errorf("got %v, want %v", err, carry.want)
			}
			for i, token := range tokens {
				if _, err := m.Verify(t.Context(), token); !errors.Is(err, ErrRevoked) {
					t.Errorf("token %d: %v", i, err)
				}
			}
		})
	}
}

// The request of another site revokes nothing, even if it is also ambiguous.
func TestLogoutInDisorderFromAnotherSite(t *testing.T) {
	m := newManager(t, func(c *Config) {
		c.Locations, c.Revocations = InHeader|InCookie, &memoryStore{Now: atNoon}
	})
	token := issue(t, m, "ada@example.com")
	for _, headers := range [][]string{{"Bearer x", "Bearer y"}, {"Negotiate x", "Bearer y"}, {"Basic x"}, {}} {
		fields := []string{"Cookie", "access-token=" + token, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}
		for _, header := range headers {
			fields = append(fields, "Authorization", header)
		}
		w := httptest.NewRecorder()
		if err := m.Logout(w, request("POST", "/logout", fields...)); !errors.Is(err, ErrCrossOrigin) || len(w.Header()["Set-Cookie"]) > 0 {
			t.Errorf("%q: %v, Set-Cookie %q", headers, err, w.Header()["Set-Cookie"])
		}
	}
	if _, err := m.Verify(t.Context(), token); err != nil {
		t.Errorf("the token: %v", err)
	}
}

// A request has so many signatures checked and no more.
func TestLogoutIsBounded(t *testing.T) {
	m := newManager(t, func(c *Config) {
		c.Locations, c.Revocations = InCookie, &memoryStore{Now: atNoon}
	})
	var cookies []string
	var tokens []string
	for range maxTokens + 1 {
		tokens = append(tokens, issue(t, m, "ada@example.com"))
		cookies = append(cookies, "access-token="+tokens[len(tokens)-1])
	}
	m.Logout(httptest.NewRecorder(), request("POST", "/logout", "Cookie", strings.Join(cookies, "; ")))
	for i, token := range tokens {
		if _, err := m.Verify(t.Context(), token); errors.Is(err, ErrRevoked) != (i < maxTokens) {
			t.Errorf("token %d: %v", i, err)
		}
	}
}

// flaky is a store that fails to revoke the first token that it is given.
type flaky struct {
	*memoryStore
	calls int
}

func (r *flaky) Revoke(ctx context.Context, c *Claims) error {
	if r.calls++; r.calls == 1 {
		return errors.New("connection refused")
	}
	return r.memoryStore.Revoke(ctx, c)
}

// One token that could not be revoked does not spare the others.
func TestLogoutGoesOn(t *testing.T) {
	store := &flaky{memoryStore: &memoryStore{Now: atNoon}}
	m := newManager(t, func(c *Config) { c.Locations, c.Revocations = InHeader|InCookie, store })
	first, second := issue(t, m, "ada@example.com"), issue(t, m, "ada@example.com")
	err := m.Logout(httptest.NewRecorder(), request("POST", "/logout", "Cookie", "access-token="+first, "Authorization", "Bearer "+second))
	if !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	// The header decides, so its token is the first.
	if _, err := m.Verify(t.Context(), first); !errors.Is(err, ErrRevoked) {
		t.Errorf("the token in the cookie: %v", err)
	}
}

// The result of a store after the deadline is ignored.
func TestLogoutIsCutOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := newManager(t, func(c *Config) { c.Revocations = &leaving{&memoryStore{Now: atNoon}, cancel} })
	r := request("POST", "/logout", "Authorization", "Bearer "+issue(t, m, "ada@example.com")).WithContext(ctx)
	if err := m.Logout(httptest.NewRecorder(), r); !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// leaving is a store whose client leaves while it revokes.
type leaving struct {
	*memoryStore
	leave func()
}

func (l *leaving) Revoke(context.Context, *Claims) error {
	l.leave()
	return nil
}

func TestLogoutWithoutAToken(t *testing.T) {
	m := newManager(t, func(c *Config) {
		c.Locations = InHeader | InCookie
		c.Revocations = &memoryStore{Now: atNoon}
	})
	expired := signedClaims(testKey(keys.HS256), `{"sub":"ada@example.com","exp":1,"iat":0,"jti":"x"}`)
	for name, fields := range map[string][]string{
		"nothing":        nil,
		"a bad token":    {"Cookie", "access-token=x"},
		"an expired one": {"Cookie", "access-token=" + expired},
	} {
		w := httptest.NewRecorder()
		if err := m.Logout(w, request("POST", "/logout", fields...)); err != nil || w.Header().Get("Set-Cookie") == "" {
			t.Errorf("%s: %v, Set-Cookie %q", name, err, w.Header().Get("Set-Cookie"))
		}
	}
}

func TestLogoutFails(t *testing.T) {
	const cleared = "access-token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"
	memory := &memoryStore{Now: atNoon}
	tests := []struct {
		name   string
		store  Revocations
		fields []string
		want   error
		cookie string
	}{
		{"another site's request", memory, []string{"Sec-Fetch-Site", "cross-site", "Cookie", "access-token=%s"}, ErrCrossOrigin, ""},
		{"another site's request, its cookie held back by SameSite", memory, []string{"Sec-Fetch-Site", "cross-site"}, ErrCrossOrigin, ""},
		{"another site's request, cookies that differ", memory, []string{"Sec-Fetch-Site", "cross-site", "Cookie", "access-token=a; access-token=b"}, ErrCrossOrigin, ""},
		{"two tokens", memory, []string{"Authorization", "Bearer %s", "Authorization", "Bearer %s"}, ErrBadRequest, cleared},
		{"a store that cannot tell", brokenStore{}, []string{"Cookie", "access-token=%s"}, ErrUnavailable, cleared},
		{"a store that cannot write", readOnlyStore{memory}, []string{"Cookie", "access-token=%s"}, ErrUnavailable, cleared},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newManager(t, func(c *Config) { c.Locations, c.Revocations = InHeader|InCookie, tt.store })
			token := issue(t, m, "ada@example.com")
			var fields []string
			for _, f := range tt.fields {
				fields = append(fields, strings.ReplaceAll(f, "%s", token))
			}
			w := httptest.NewRecorder()
			if err := m.Logout(w, request("POST", "/logout", fields...)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if got := w.Header().Get("Set-Cookie"); got != tt.cookie {
				t.Errorf("Set-Cookie %q, want %q", got, tt.cookie)
			}
		})
	}
}

type readOnlyStore struct{ *memoryStore }

func (readOnlyStore) Revoke(context.Context, *Claims) error { return errors.New("read-only") }

// A link or a form on another site cannot log a user out, with any method.
func TestLogoutFromAnotherSite(t *testing.T) {
	memory := &memoryStore{Now: atNoon}
	m := newManager(t, func(c *Config) { c.Locations, c.Revocations = InHeader|InCookie, memory })
	token := issue(t, m, "ada@example.com")
	for _, method := range []string{"GET", "HEAD", "POST"} {
		r := httptest.NewRequest(method, "/logout", nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Cookie", "access-token="+token)
		w := httptest.NewRecorder()
		if err := m.Logout(w, r); !errors.Is(err, ErrCrossOrigin) || len(w.Header().Values("Set-Cookie")) != 0 {
			t.Errorf("%s: error %v, %d cookies", method, err, len(w.Header().Values("Set-Cookie")))
		}
	}
	if _, err := m.Verify(t.Context(), token); err != nil {
		t.Errorf("the token after that: %v", err)
	}
}

// Without revocation a logout is the cookie's end and no more.
func TestLogoutWithoutRevocations(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Locations = InCookie })
	token := issue(t, m, "ada@example.com")
	w := httptest.NewRecorder()
	if err := m.Logout(w, request("POST", "/logout", "Cookie", "access-token="+token)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Verify(t.Context(), token); err != nil || w.Header().Get("Set-Cookie") == "" {
		t.Errorf("%v, Set-Cookie %q", err, w.Header().Get("Set-Cookie"))
	}
}

// A cookie never outlives its token.
func TestCookieEndsWithTheToken(t *testing.T) {
	now := &clock{now: noon}
	m := newManager(t, func(c *Config) {
		c.Locations, c.Now = InCookie, now.Now
		c.Cookie.MaxAge = time.Hour
	})
	token, err := m.Issue(Grant{Subject: "ada@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	now.advance(10 * time.Minute)
	w := httptest.NewRecorder()
	if err := m.SetCookie(w, token); err != nil || w.Result().Cookies()[0].MaxAge != 300 {
		t.Errorf("%v, %v", w.Header(), err)
	}
	now.advance(5 * time.Minute)
	if err := m.SetCookie(httptest.NewRecorder(), token); !errors.Is(err, ErrExpired) {
		t.Errorf("an expired token: %v", err)
	}
}
