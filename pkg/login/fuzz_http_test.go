package login

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// FuzzAuthenticate sends any header fields to guards of every kind. They never panic,
// admit only requests with a valid token, and pass on its claims.
func FuzzAuthenticate(f *testing.F) {
	const both = InHeader | InCookie
	var managers []*Manager[*member]
	for _, change := range []func(*Config){
		func(c *Config) {},
		func(c *Config) { c.Locations = InCookie },
		func(c *Config) { c.Locations, c.CacheSize = both, 16 },
		func(c *Config) { c.Locations, c.Conflict = both, RejectConflict },
	} {
		managers = append(managers, newManager(f, change))
	}
	good := issue(f, managers[0], "ada@example.com", "x")
	signedBad := signedClaims(testKey(keys.HS256), `{"sub":"ada@example.com","exp":1,"scopes":["x"]}`)
	for _, seed := range []struct {
		method, authorization, second, cookie, site string
	}{
		{"GET", "Bearer " + good, "", "", ""},
		{"GET", "bearer " + good, "", "a=b; access-token=" + good, "cross-site"},
		{"POST", "", "", `access-token="` + good + `"`, "same-origin"},
		{"POST", "", "", "access-token=" + good, "cross-site"},
		{"GET", "Bearer " + good, "Bearer " + good, "", ""},
		{"GET", "", "", "access-token=" + good + "; access-token=x", ""},
		{"GET", "Bearer " + signedBad, "", "access-token= ", ""},
		{"GET", "Basic YTpi", "", "access-token", "none"},
		{"OPTIONS", "Bearer", "", "=;;=;", ""},
		{"GET", "Bearer " + good + " ", "", "\x00\xff\"", "same-site"},
		{"HEAD", "Bearer " + strings.Repeat("a", 17<<10), "", "", ""},
	} {
		f.Add(seed.method, seed.authorization, seed.second, seed.cookie, seed.site)
	}
	f.Fuzz(func(t *testing.T, method, authorization, second, cookie, site string) {
		r := &http.Request{Method: method, URL: &url.URL{Path: "/"}, Host: "example.com", Header: http.Header{}}
		add(r, "Authorization", authorization)
		add(r, "Authorization", second)
		add(r, "Cookie", cookie)
		add(r, "Sec-Fetch-Site", site)
		for _, m := range managers {
			fuzzManager(t, m, r)
		}
	})
}

func add(r *http.Request, name, value string) {
	if value != "" {
		r.Header.Add(name, value)
	}
}

func fuzzManager(t *testing.T, m *Manager[*member], r *http.Request) {
	p, err := m.Authenticate(r, "x")
	if (p == nil) != (err != nil) {
		t.Fatalf("principal %v, error %v", p, err)
	}
	if err == nil && (!carries(m, r, p) || p.User == nil || p.User.Email != p.Claims.Subject || !p.Claims.HasScopes("x")) {
		t.Fatalf("let in: %+v", p.Claims)
	}
	entered := false
	inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entered = true
		if user, ok := m.User(r.Context()); ok != (err == nil) || ok && user != p.User {
			t.Fatalf("user %v, but the error was %v", user, err)
		}
	})
	w := serve(m.Require("x")(inside), r)
	if entered != (err == nil) || w.Code != Status(err) {
		t.Fatalf("Require: entered %v, %d; Authenticate: %v", entered, w.Code, err)
	}
	if err != nil && w.Code < 400 || w.Code >= 500 {
		t.Fatalf("%v is answered %d", err, w.Code)
	}
	serve(m.Optional(http.NotFoundHandler()), r)
}

// carries reports whether a token that verifies is in the request where it was
// said to be.
func carries(m *Manager[*member], r *http.Request, p *Principal[*member]) bool {
	for _, text := range strings.FieldsFunc(r.Header.Get("Authorization")+";"+r.Header.Get("Cookie"), func(c rune) bool {
		return strings.ContainsRune(` ;="`+"\t", c)
	}) {
		if c, err := m.Verify(r.Context(), text); err == nil && c.ID == p.Claims.ID {
			return true
		}
	}
	return false
}
