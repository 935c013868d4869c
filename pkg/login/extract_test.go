package login

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// fields makes a request's header from name, value, …, each a field of its own.
func fields(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// The token is read from the configured places only, and ambiguity is refused.
func TestFind(t *testing.T) {
	const both = InHeader | InCookie
	tests := []struct {
		name      string
		locations Location
		conflict  Conflict
		header    http.Header
		want      credential
		err       error
	}{
		{"nothing", both, 0, fields(), credential{}, ErrNoToken},
		{"a header", both, 0, fields("Authorization", "Bearer a.b.c"), credential{token: "a.b.c", location: InHeader}, nil},
		{"the scheme has no case", both, 0, fields("Authorization", "bEARER a.b.c"), credential{token: "a.b.c", location: InHeader}, nil},
		{"another scheme", both, 0, fields("Authorization", "Basic a.b.c"), credential{}, ErrNoToken},
		{"a scheme that begins alike", both, 0, fields("Authorization", "BearerX a.b.c"), credential{}, ErrNoToken},
		{"no token after the scheme", both, 0, fields("Authorization", "Bearer"), credential{}, ErrNoToken},
		{"a tab after the scheme", both, 0, fields("Authorization", "Bearer\ta.b.c"), credential{}, ErrNoToken},
		{"a colon after the scheme", both, 0, fields("Authorization", "Bearer:a.b.c"), credential{}, ErrNoToken},
		{"the token alone", both, 0, fields("Authorization", "a.b.c"), credential{}, ErrNoToken},
		{"an empty header", both, 0, fields("Authorization", ""), credential{}, ErrNoToken},
		{"blanks are one separator", both, 0, fields("Authorization", "Bearer   a.b.c"), credential{token: "a.b.c", location: InHeader}, nil},
		{"a word after the token", both, 0, fields("Authorization", "Bearer a.b.c d"), credential{token: "a.b.c d", location: InHeader}, nil},
		{"two headers", both, 0, fields("Authorization", "Bearer a.b.c", "Authorization", "Bearer a.b.c"), credential{location: InHeader}, ErrBadRequest},
		{"two headers, one of another scheme", both, 0, fields("Authorization", "Basic x", "Authorization", "Bearer a.b.c"), credential{location: InHeader}, ErrBadRequest},
		{"two headers beside a cookie", both, 0, fields("Cookie", "access-token=c", "Authorization", "Bearer a", "Authorization", "Bearer b"), credential{location: InHeader}, ErrBadRequest},

		{"a cookie", both, 0, fields("Cookie", "access-token=a.b.c"), credential{token: "a.b.c", location: InCookie}, nil},
		{"a cookie among others", both, 0, fields("Cookie", "a=1; access-token=a.b.c; b=2"), credential{token: "a.b.c", location: InCookie}, nil},
		{"a cookie in a second header", both, 0, fields("Cookie", "a=1", "Cookie", "access-token=a.b.c"), credential{token: "a.b.c", location: InCookie}, nil},
		{"blanks around a cookie", both, 0, fields("Cookie", " \taccess-token = a.b.c "), credential{token: "a.b.c", location: InCookie}, nil},
		{"a cookie in quotes", both, 0, fields("Cookie", `access-token="a.b.c"`), credential{token: "a.b.c", location: InCookie}, nil},
		{"one quote is part of the value", both, 0, fields("Cookie", `access-token="a.b.c`), credential{token: `"a.b.c`, location: InCookie}, nil},
		{"another cookie's name in other case", both, 0, fields("Cookie", "Access-Token=a.b.c"), credential{}, ErrNoToken},
		{"a name without a value", both, 0, fields("Cookie", "access-token"), credential{}, ErrNoToken},
		{"a comma does not separate cookies", both, 0, fields("Cookie", "a=1, access-token=a.b.c"), credential{}, ErrNoToken},
		{"the same cookie twice", both, 0, fields("Cookie", "access-token=a; access-token=a"), credential{token: "a", location: InCookie}, nil},
		{"two cookies that differ", both, 0, fields("Cookie", "access-token=a; access-token=b"), credential{token: "a", location: InCookie, others: []string{"b"}}, nil},
		{"two cookies in two headers that differ", both, 0, fields("Cookie", "access-token=a", "Cookie", "access-token=b"), credential{token: "a", location: InCookie, others: []string{"b"}}, nil},
		{"a cookie and an empty one", both, 0, fields("Cookie", "access-token=; access-token=a"), credential{token: "a", location: InCookie}, nil},
		{"nine cookies that differ", both, 0, fields("Cookie", "access-token=1; access-token=2; access-token=3; access-token=4; access-token=5; access-token=6; access-token=7; access-token=8; access-token=9"), credential{location: InCookie}, ErrBadRequest},

		{"the header decides", both, 0, fields("Cookie", "access-token=c", "Authorization", "Bearer h"), credential{token: "h", location: InHeader}, nil},
		{"the cookie decides on request", both, CookieFirst, fields("Cookie", "access-token=c", "Authorization", "Bearer h"), credential{token: "c", location: InCookie}, nil},
		{"an empty cookie leaves it to the header", both, 0, fields("Cookie", "access-token=", "Authorization", "Bearer h"), credential{token: "h", location: InHeader}, nil},
		{"a blank cookie leaves it to the header", both, 0, fields("Cookie", "access-token= \t ; a=1", "Authorization", "Bearer h"), credential{token: "h", location: InHeader}, nil},
		{"an empty cookie in quotes leaves it to the header", both, 0, fields("Cookie", `access-token=""`, "Authorization", "Bearer h"), credential{token: "h", location: InHeader}, nil},
		{"both are refused on request", both, RejectConflict, fields("Cookie", "access-token=c", "Authorization", "Bearer h"), credential{location: both}, ErrBadRequest},
		{"a header of another scheme is no conflict", both, RejectConflict, fields("Cookie", "access-token=c", "Authorization", "Basic h"), credential{token: "c", location: InCookie}, nil},
		{"an empty cookie is no conflict", both, RejectConflict, fields("Cookie", "access-token=", "Authorization", "Bearer h"), credential{token: "h", location: InHeader}, nil},

		{"a cookie where only the header is read", InHeader, 0, fields("Cookie", "access-token=c"), credential{}, ErrNoToken},
		{"a header where only the cookie is read", InCookie, 0, fields("Authorization", "Bearer h"), credential{}, ErrNoToken},
		{"another header", both, 0, fields("X-Authorization", "Bearer h", "X-Access-Token", "h", "Proxy-Authorization", "Bearer h"), credential{}, ErrNoToken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newManager(t, func(c *Config) { c.Locations, c.Conflict = tt.locations, tt.conflict })
			got, err := m.extractToken(&http.Request{Header: tt.header})
			if !reflect.DeepEqual(got, tt.want) || !errors.Is(err, tt.err) {
				t.Errorf("got %q from %v, %v; want %q from %v, %v", got.token, got.location, err, tt.want.token, tt.want.location, tt.err)
			}
		})
	}
}

// A token in a URL would end up in logs and Referer headers, so it is never read.
func TestFindNeverReadsURLOrBody(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Locations = InHeader | InCookie })
	token := issue(t, m, "ada@example.com")
	form := url.Values{"access_token": {token}, "token": {token}, "access-token": {token}}.Encode()
	r := request("POST", "/?"+form, "Content-Type", "application/x-www-form-urlencoded")
	r.URL.User = url.UserPassword("", token)
	r.URL.Fragment = token
	if w := serve(m.Require()(greet(m)), r); w.Code != http.StatusUnauthorized {
		t.Errorf("a token in the URL: %d", w.Code)
	}
	body := strings.NewReader(form)
	r = httptest.NewRequest("POST", "/", body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w := serve(m.Require()(greet(m)), r); w.Code != http.StatusUnauthorized || body.Len() != len(form) {
		t.Errorf("a token in the body: %d, %d of %d bytes left", w.Code, body.Len(), len(form))
	}
}

func TestFindDoesNotAllocate(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Locations = InHeader | InCookie })
	r := &http.Request{Header: fields("Cookie", `theme=dark; lang=de; access-token="a.b.c"; x=y`, "Authorization", "Bearer d.e.f")}
	if n := testing.AllocsPerRun(100, func() { m.extractToken(r) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func BenchmarkFind(b *testing.B) {
	m := newManager(b, func(c *Config) { c.Locations = InHeader | InCookie })
	cookie := &http.Request{Header: fields("Cookie", "theme=dark; lang=de; access-token="+strings.Repeat("a", 280))}
	bearer := &http.Request{Header: fields("Authorization", "Bearer "+strings.Repeat("a", 280))}
	b.Run("cookie", func(b *testing.B) {
		for b.Loop() {
			m.extractToken(cookie)
		}
	})
	b.Run("header", func(b *testing.B) {
		for b.Loop() {
			m.extractToken(bearer)
		}
	})
	b.Run("net/http Cookie", func(b *testing.B) {
		for b.Loop() {
			cookie.Cookie("access-token")
		}
	})
}

// After the domain or path of the cookie changed, browsers send an old one beside the
// new one, and a neighbouring host can plant one. The one that is valid counts, two for
// different users are refused, and a refusal ends all of them.
func TestCookiesOfOneName(t *testing.T) {
	m := newManager(t, func(c *Config) {
		c.Locations = InCookie
		c.Cookie = Cookie{Domain: "example.com", Formerly: []Cookie{{Path: "/app"}}}
	})
	ada, again, bob := issue(t, m, "ada@example.com"), issue(t, m, "ada@example.com"), issue(t, m, "bob@example.com")
	for _, tt := range []struct {
		name    string
		cookies []string
		status  int
	}{
		{"the first is valid", []string{ada, "x.y.z"}, 200},
		{"the second is valid", []string{"x.y.z", ada}, 200},
		{"both are, of one user", []string{ada, again}, 200},
		{"both are, of two users", []string{ada, bob}, 400},
		{"neither is", []string{"x.y.z", "a.b.c"}, 401},
		{"too many", []string{"1", "2", "3", "4", "5", "6", "7", "8", ada}, 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var field []string
			for _, c := range tt.cookies {
				field = append(field, "access-token="+c)
			}
			w := serve(m.Require()(greet(m)), request("GET", "/", "Cookie", strings.Join(field, "; ")))
			if w.Code != tt.status || tt.status == 200 && w.Body.String() != "ada@example.com" {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
			var ended []string
			for _, c := range w.Result().Cookies() {
				if c.MaxAge < 0 {
					ended = append(ended, c.Domain+c.Path)
				}
			}
			want := []string{"example.com/", "/app", "/"}
			if tt.status == 200 {
				want = nil
			}
			if !slices.Equal(ended, want) {
				t.Errorf("ended %q, want %q", ended, want)
			}
		})
	}
}

// Two issuers may give the same subject to different people.
func TestCookiesOfTwoIssuers(t *testing.T) {
	m := newManager(t, func(c *Config) {
		c.Locations, c.Issuer, c.AlsoIssuers = InCookie, "https://a.example", []string{"https://b.example"}
	})
	token := func(issuer string) string {
		return signedClaims(testKey(keys.HS256), `{"iss":"`+issuer+`","sub":"ada@example.com","exp":1772367300}`)
	}
	for other, want := range map[string]int{"x.y.z": 200, token("https://b.example"): 400} {
		cookies := "access-token=" + token("https://a.example") + "; access-token=" + other
		if w := serve(m.Require()(greet(m)), request("GET", "/", "Cookie", cookies)); w.Code != want {
			t.Errorf("got %d, want %d", w.Code, want)
		}
	}
}

// An outage says nothing about a cookie: none is chosen, and none is ended.
func TestCookiesInAnOutage(t *testing.T) {
	var down string // the jti that the store cannot tell about
	m := newManager(t, func(c *Config) {
		c.Locations = InCookie
		c.Check = func(_ context.Context, c *Claims) error {
			if c.ID == down {
				return ErrUnavailable
			}
			return nil
		}
	})
	first := must(m.Issue(Grant{Subject: "ada@example.com"}))
	second := must(m.Issue(Grant{Subject: "ada@example.com"}))
	for _, down = range []string{first.ID(), second.ID()} {
		r := request("GET", "/", "Cookie", "access-token="+first.Reveal()+"; access-token="+second.Reveal())
		w := serve(m.Require()(greet(m)), r)
		if w.Code != 503 || len(w.Result().Cookies()) != 0 {
			t.Errorf("got %d, cookies %v", w.Code, w.Result().Cookies())
		}
	}
}
