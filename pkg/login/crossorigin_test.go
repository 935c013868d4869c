package login

import (
	"context"
	"errors"
	"net/http"
	"testing"
)

// Unsafe requests by cookie from other origins are refused: browsers add the cookie to
// requests of any site.
func TestCrossOrigin(t *testing.T) {
	strict := Cookie{}
	trusting := Cookie{TrustedOrigins: []string{"https://app.example"}}
	off := Cookie{AllowCrossOrigin: true}
	evil := []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}
	own := []string{"Origin", "https://example.com", "Sec-Fetch-Site", "same-origin"}
	app := []string{"Origin", "https://app.example", "Sec-Fetch-Site", "cross-site"}
	old := []string{"Origin", "https://evil.example"} // a browser without Sec-Fetch-Site
	sibling := []string{"Origin", "https://blog.example.com", "Sec-Fetch-Site", "same-site"}
	upgrade := []string{"Connection", "Upgrade", "Upgrade", "websocket"}
	join := func(a, b []string) []string { return append(append([]string{}, a...), b...) }
	tests := []struct {
		name   string
		cookie Cookie
		method string
		fields []string
		want   int
	}{
		{"another site's POST", strict, "POST", evil, 403},
		{"another site's PUT", strict, "PUT", evil, 403},
		{"another site's DELETE from an old browser", strict, "DELETE", old, 403},
		{"a sibling's POST", strict, "POST", sibling, 403},
		{"another site's link", strict, "GET", evil, 200},
		{"another site's HEAD", strict, "HEAD", evil, 200},
		{"its own POST", strict, "POST", own, 200},
		{"a POST of no browser", strict, "POST", nil, 200},
		{"a trusted origin's POST", trusting, "POST", app, 200},
		{"a POST of an origin that is not trusted", trusting, "POST", evil, 403},
		{"the check is off", off, "POST", evil, 200},
		{"another site's WebSocket", strict, "GET", join(evil, upgrade), 403},
		{"another site's WebSocket from an old browser", strict, "GET", join(old, upgrade), 403},
		{"its own WebSocket", strict, "GET", join(own, upgrade), 200},
		{"a trusted origin's WebSocket", trusting, "GET", join(app, upgrade), 200},
		{"a WebSocket of no browser", strict, "GET", upgrade, 200},
		{"a WebSocket over HTTP/2", strict, "CONNECT", evil, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newManager(t, func(c *Config) { c.Locations, c.Cookie = InHeader|InCookie, tt.cookie })
			token := issue(t, m, "ada@example.com")
			h := m.Require()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			byCookie := request(tt.method, "/", join(tt.fields, []string{"Cookie", "access-token=" + token})...)
			if w := serve(h, byCookie); w.Code != tt.want {
				t.Errorf("by cookie: %d, want %d", w.Code, tt.want)
			}
			if w := serve(h, byCookie); w.Code == 403 && w.Header().Get("WWW-Authenticate") != "" {
				t.Error("a token would not help, but is asked for")
			}
			byHeader := request(tt.method, "/", join(tt.fields, []string{"Authorization", "Bearer " + token})...)
			if w := serve(h, byHeader); w.Code != 200 {
				t.Errorf("by header, which no browser adds: %d", w.Code)
			}
			reached := false
			optional := m.Optional(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, known := m.User(r.Context())
				reached = true
				if known != (tt.want == 200) {
					t.Errorf("Optional: a user is %v", known)
				}
			}))
			if serve(optional, byCookie); !reached {
				t.Error("Optional refused it")
			}
		})
	}
}

// The method may change between two guards, as method overrides do.
func TestCrossOriginIsCheckedByEachGuard(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Locations = InCookie })
	override := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r = r.Clone(r.Context())
			r.Method = http.MethodDelete
			next.ServeHTTP(w, r)
		})
	}
	r := request("GET", "/", "Cookie", "access-token="+issue(t, m, "ada@example.com"), "Sec-Fetch-Site", "cross-site")
	if w := serve(m.Require()(override(m.Require()(unreachable))), r); w.Code != 403 {
		t.Errorf("Require: %d", w.Code)
	}
	if w := serve(m.Require()(override(m.Optional(greet(m)))), r); w.Body.String() != "anonymous: cross_origin" {
		t.Errorf("Optional: %s", w.Body)
	}
}

func TestCrossOriginIsReported(t *testing.T) {
	var got []Event
	m := newManager(t, func(c *Config) {
		c.Locations = InCookie
		c.OnEvent = func(_ context.Context, e Event) { got = append(got, e) }
	})
	r := request("POST", "/", "Cookie", "access-token=x", "Sec-Fetch-Site", "cross-site")
	serve(m.Require()(unreachable), r)
	if len(got) != 1 || got[0].Reason != "cross_origin" || got[0].Location != InCookie || !errors.Is(got[0].Err, ErrCrossOrigin) {
		t.Errorf("events %+v", got)
	}
}
