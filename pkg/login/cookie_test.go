package login

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// The cookie is HttpOnly, Secure, SameSite=Lax, and does not outlive its token.
func TestCookieBuild(t *testing.T) {
	hour := noon.Add(time.Hour)
	tests := []struct {
		name    string
		cookie  Cookie
		expires time.Time
		want    string
	}{
		{"zero value is safe", Cookie{}, hour,
			"access-token=a.b.c; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax"},
		{"token that never expires", Cookie{}, time.Time{},
			"access-token=a.b.c; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"host prefix", Cookie{Name: "__Host-t"}, hour,
			"__Host-t=a.b.c; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax"},
		{"shorter than the token", Cookie{MaxAge: time.Minute}, hour,
			"access-token=a.b.c; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax"},
		{"never longer than the token", Cookie{MaxAge: 2 * time.Hour}, hour,
			"access-token=a.b.c; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax"},
		{"a started second does not count", Cookie{}, noon.Add(1999 * time.Millisecond),
			"access-token=a.b.c; Path=/; Max-Age=1; HttpOnly; Secure; SameSite=Lax"},
		{"MaxAge on a token that never expires", Cookie{MaxAge: time.Minute}, time.Time{},
			"access-token=a.b.c; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax"},
		{"session", Cookie{Session: true}, hour,
			"access-token=a.b.c; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"development over plain HTTP", Cookie{Insecure: true}, hour,
			"access-token=a.b.c; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"},
		{"everything stated", Cookie{Name: "n", Domain: "example.com", Path: "/api", SameSite: http.SameSiteStrictMode}, hour,
			"n=a.b.c; Path=/api; Domain=example.com; Max-Age=3600; HttpOnly; Secure; SameSite=Strict"},
		{"sent by other sites too", Cookie{SameSite: http.SameSiteNoneMode}, hour,
			"access-token=a.b.c; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=None; Partitioned"},
		{"of every site that embeds the service", Cookie{SameSite: http.SameSiteNoneMode, Unpartitioned: true}, hour,
			"access-token=a.b.c; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=None"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.cookie.Build("a.b.c", tt.expires, noon)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A cookie that browsers would drop is refused with a reason.
func TestCookieRefuses(t *testing.T) {
	hour := noon.Add(time.Hour)
	tests := []struct {
		name    string
		cookie  Cookie
		token   string
		expires time.Time
		want    string // in the error
	}{
		{"empty token", Cookie{}, "", hour, "token is empty"},
		{"padding alone", Cookie{}, "==", hour, "token is empty"},
		{"semicolon in the token", Cookie{}, "a;b", hour, "no token has"},
		{"line break in the token", Cookie{}, "a\r\nb", hour, "no token has"},
		{"letter beyond ASCII in the token", Cookie{}, "caf\u00e9", hour, "no token has"},
		{"one byte over the limit", Cookie{}, strings.Repeat("a", 4097-len("access-token")), hour, "take 4097 bytes"},
		{"expired now", Cookie{}, "a.b.c", noon, "expired"},
		{"half a second left", Cookie{}, "a.b.c", noon.Add(time.Second / 2), "expired"},
		{"space in the name", Cookie{Name: "a b"}, "a.b.c", hour, "the name"},
		{"equals sign in the name", Cookie{Name: "a=b"}, "a.b.c", hour, "the name"},
		{"letter beyond ASCII in the name", Cookie{Name: "\u00fcn\u00ef"}, "a.b.c", hour, "the name"},
		{"line break in the domain", Cookie{Domain: "example.com\r\n"}, "a.b.c", hour, "the domain"},
		{"semicolon in the path", Cookie{Path: "/;x"}, "a.b.c", hour, "the path"},
		{"relative path", Cookie{Path: "api"}, "a.b.c", hour, "slash"},
		{"negative age", Cookie{MaxAge: -time.Second}, "a.b.c", hour, "MaxAge"},
		{"age below a second", Cookie{MaxAge: time.Millisecond}, "a.b.c", hour, "MaxAge"},
		{"session with an age", Cookie{Session: true, MaxAge: time.Hour}, "a.b.c", hour, "exclude"},
		{"origins trusted and not checked", Cookie{TrustedOrigins: []string{"https://a.example"}, AllowCrossOrigin: true}, "a.b.c", hour, "exclude"},
		{"SameSite=None in the clear", Cookie{SameSite: http.SameSiteNoneMode, Insecure: true}, "a.b.c", hour, "SameSite=None"},
		{"SameSite left to the browser", Cookie{SameSite: http.SameSiteDefaultMode}, "a.b.c", hour, "SameSite"},
		{"host prefix in the clear", Cookie{Name: "__Host-t", Insecure: true}, "a.b.c", hour, "Secure"},
		{"host prefix with a domain", Cookie{Name: "__Host-t", Domain: "example.com"}, "a.b.c", hour, "Domain"},
		{"host prefix with a path", Cookie{Name: "__HOST-t", Path: "/api"}, "a.b.c", hour, "Path"},
		{"HTTP prefix in the clear", Cookie{Name: "__Http-t", Insecure: true}, "a.b.c", hour, "Secure"},
		{"secure prefix in the clear", Cookie{Name: "__Secure-t", Insecure: true}, "a.b.c", hour, "Secure"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cookie, err := tt.cookie.Build(tt.token, tt.expires, noon)
			if cookie != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v, want an error with %q", cookie, err, tt.want)
			}
		})
	}
	if _, err := (Cookie{}).Build("a.b.c", noon, noon); !errors.Is(err, ErrExpired) {
		t.Errorf("an expired token: %v, want ErrExpired", err)
	}
	if _, err := (Cookie{}).Build(strings.Repeat("a", 4096-len("access-token")), hour, noon); err != nil {
		t.Errorf("exactly 4096 bytes: %v", err)
	}
	if _, err := (Cookie{Name: "a b"}).Clear(); err == nil {
		t.Error("Clear took a name with a space")
	}
}

// Only a cookie with the same name, domain and path replaces the other.
func TestCookieClearRepeatsAttributes(t *testing.T) {
	for _, c := range []Cookie{
		{},
		{Name: "__Host-t"},
		{Name: "n", Domain: "example.com", Path: "/api", SameSite: http.SameSiteStrictMode, MaxAge: time.Hour},
		{Insecure: true, Session: true},
	} {
		set, err := c.Build("a.b.c", noon.Add(time.Hour), noon)
		if err != nil {
			t.Fatal(err)
		}
		cleared, err := c.Clear()
		if err != nil {
			t.Fatal(err)
		}
		if cleared.Value != "" || !strings.Contains(cleared.String(), "Max-Age=0;") {
			t.Errorf("%s does not delete", cleared)
		}
		set.Value, set.MaxAge = cleared.Value, cleared.MaxAge
		if set.String() != cleared.String() {
			t.Errorf("set with   %s\ncleared by %s", set, cleared)
		}
	}
}
