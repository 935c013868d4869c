package login

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Challenges name the metadata of the resource, before the error (RFC 9728 section 5.1).
func TestChallengeNamesTheMetadata(t *testing.T) {
	const address = "https://api.example.com/.well-known/oauth-protected-resource"
	for _, tt := range []struct {
		name   string
		config Config
		token  string
		want   string
	}{
		{"no token", Config{}, "", `Bearer resource_metadata="` + address + `"`},
		{"a bad token", Config{}, "Bearer x", `Bearer resource_metadata="` + address + `", error="invalid_token", error_description="The token is not valid"`},
		{"another header", Config{Header: "X-Token"}, "", `Bearer header="X-Token", resource_metadata="` + address + `"`},
		{"cookies alone", Config{Locations: InCookie}, "", `Bearer resource_metadata="` + address + `"`},
	} {
		m := newManager(t, func(c *Config) {
			*c = tt.config
			c.ResourceMetadata = address
		})
		r := httptest.NewRequest("GET", "/", nil)
		if tt.token != "" {
			r.Header.Set("Authorization", tt.token)
		}
		w := serve(m.Require()(http.NotFoundHandler()), r)
		if got := w.Header().Get("WWW-Authenticate"); w.Code != 401 || got != tt.want {
			t.Errorf("%s: %d, %s, want %s", tt.name, w.Code, got, tt.want)
		}
	}
}

// A token in a header of another name or scheme, and in the handshake of a WebSocket.
func TestOtherPlaces(t *testing.T) {
	iap := func(c *Config) { c.Header = "X-Goog-IAP-JWT-Assertion" }
	access := func(c *Config) {
		c.Header, c.Locations, c.Cookie.Name = "Cf-Access-Jwt-Assertion", InHeader|InCookie, "CF_Authorization"
	}
	scheme := func(c *Config) { c.Scheme = "Token" }
	run := func(c *Config) { c.Header, c.Scheme = "x-serverless-authorization", "Bearer" }
	socket := func(c *Config) { c.Locations = InHeader | InWebSocket }
	named := func(c *Config) { c.Locations, c.WebSocketProtocol = InWebSocket, "v1.bearer" }
	reject := func(c *Config) { c.Locations, c.Conflict = InHeader|InCookie|InWebSocket, RejectConflict }
	tests := []struct {
		name      string
		config    func(*Config)
		fields    []string // TOKEN stands for a token
		status    int
		challenge string
		location  Location
		vary      string
	}{
		{"a named header", iap, []string{"X-Goog-IAP-JWT-Assertion", "TOKEN"}, 200, "", InHeader, "X-Goog-Iap-Jwt-Assertion"},
		{"a named header, twice", iap, []string{"X-Goog-IAP-JWT-Assertion", "TOKEN", "X-Goog-IAP-JWT-Assertion", "TOKEN"}, 400,
			`Bearer header="X-Goog-Iap-Jwt-Assertion", error="invalid_request", error_description="The credentials are ambiguous or too large"`, InHeader, "X-Goog-Iap-Jwt-Assertion"},
		{"Authorization in its place", iap, []string{"Authorization", "Bearer TOKEN"}, 401, `Bearer header="X-Goog-Iap-Jwt-Assertion"`, 0, "X-Goog-Iap-Jwt-Assertion"},
		{"a named header with a bad token", iap, []string{"X-Goog-IAP-JWT-Assertion", "x"}, 401,
			`Bearer header="X-Goog-Iap-Jwt-Assertion", error="invalid_token", error_description="The token is not valid"`, InHeader, "X-Goog-Iap-Jwt-Assertion"},
		{"a scheme in front of it", iap, []string{"X-Goog-IAP-JWT-Assertion", "Bearer TOKEN"}, 401, "", InHeader, "X-Goog-Iap-Jwt-Assertion"},
		{"a named header and a named cookie", access, []string{"Cf-Access-Jwt-Assertion", "TOKEN", "Cookie", "CF_Authorization=x"}, 200, "", InHeader, "Cf-Access-Jwt-Assertion, Cookie"},
		{"the named cookie", access, []string{"Cookie", "CF_Authorization=TOKEN"}, 200, "", InCookie, "Cf-Access-Jwt-Assertion, Cookie"},
		{"another scheme", scheme, []string{"Authorization", "token TOKEN"}, 200, "", InHeader, "Authorization"},
		{"Bearer in its place", scheme, []string{"Authorization", "Bearer TOKEN"}, 401, "Token", 0, "Authorization"},
		{"another scheme with a bad token", scheme, []string{"Authorization", "Token x"}, 401, `Token error="invalid_token", error_description="The token is not valid"`, InHeader, "Authorization"},
		{"a named header with a scheme", run, []string{"X-Serverless-Authorization", "bearer  TOKEN"}, 200, "", InHeader, "X-Serverless-Authorization"},
		{"a handshake", socket, handshake("access_token, TOKEN"), 200, "", InWebSocket, "Authorization, Sec-WebSocket-Protocol"},
		{"a handshake with other protocols", socket, handshake("chat,access_token ,TOKEN, superchat"), 200, "", InWebSocket, "Authorization, Sec-WebSocket-Protocol"},
		{"a handshake with two fields", socket, append(handshake("access_token"), "Sec-WebSocket-Protocol", "TOKEN"), 200, "", InWebSocket, "Authorization, Sec-WebSocket-Protocol"},
		{"a handshake with a header", socket, append(handshake("access_token, x"), "Authorization", "Bearer TOKEN"), 200, "", InHeader, "Authorization, Sec-WebSocket-Protocol"},
		{"a handshake with two tokens", socket, handshake("access_token, TOKEN, access_token, TOKEN"), 400, "", InWebSocket, "Authorization, Sec-WebSocket-Protocol"},
		{"a handshake without the token", socket, handshake("access_token"), 401, "Bearer", 0, "Authorization, Sec-WebSocket-Protocol"},
		{"a handshake with the token alone", socket, handshake("TOKEN"), 401, "Bearer", 0, "Authorization, Sec-WebSocket-Protocol"},
		{"another protocol", named, handshake("v1.bearer, TOKEN"), 200, "", InWebSocket, "Sec-WebSocket-Protocol"},
		{"the protocol of the default", named, handshake("access_token, TOKEN"), 401, "Bearer", 0, "Sec-WebSocket-Protocol"},
		{"no handshake", socket, []string{"Sec-WebSocket-Protocol", "access_token, TOKEN"}, 401, "Bearer", 0, "Authorization, Sec-WebSocket-Protocol"},
		{"a handshake that is not read", nil, handshake("access_token, TOKEN"), 401, "Bearer", 0, "Authorization"},
		{"a handshake and a header under RejectConflict", reject, append(handshake("access_token, TOKEN"), "Authorization", "Bearer TOKEN"), 400, "", InHeader | InWebSocket, "Authorization, Sec-WebSocket-Protocol, Cookie"},
		{"a handshake and a cookie under RejectConflict", reject, append(handshake("access_token, TOKEN"), "Cookie", "access-token=TOKEN"), 400, "", InCookie | InWebSocket, "Authorization, Sec-WebSocket-Protocol, Cookie"},
		{"a handshake under RejectConflict", reject, handshake("access_token, TOKEN"), 200, "", InWebSocket, "Authorization, Sec-WebSocket-Protocol, Cookie"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var event Event
			m := newManager(t, func(c *Config) {
				c.OnEvent = func(_ context.Context, e Event) { event = e }
				if tt.config != nil {
					tt.config(c)
				}
			})
			r, token := request("GET", "/"), issue(t, m, "ada@example.com")
			for i := 0; i < len(tt.fields); i += 2 {
				r.Header.Add(tt.fields[i], strings.ReplaceAll(tt.fields[i+1], "TOKEN", token))
			}
			w := serve(m.Require()(greet(m)), r)
			if w.Code != tt.status || tt.challenge != "" && w.Header().Get("WWW-Authenticate") != tt.challenge {
				t.Errorf("got %d, challenge %q", w.Code, w.Header().Get("WWW-Authenticate"))
			}
			if event.Location != tt.location || w.Header().Get("Vary") != tt.vary {
				t.Errorf("location %v, Vary %q", event.Location, w.Header().Get("Vary"))
			}
			if (event.Header != "") != (event.Location == InHeader) || event.Header != "" && !strings.HasPrefix(tt.vary, event.Header) {
				t.Errorf("the event names the header %q", event.Header)
			}
			denied := httptest.NewRecorder()
			if _, err := m.Authenticate(r); err != nil {
				m.Deny(denied, r, err)
			}
			if denied.Code != w.Code || denied.Header().Get("WWW-Authenticate") != w.Header().Get("WWW-Authenticate") {
				t.Errorf("Authenticate and Deny: %d, challenge %q", denied.Code, denied.Header().Get("WWW-Authenticate"))
			}
		})
	}
}

// handshake returns the fields of a WebSocket handshake.
func handshake(protocol string) []string {
	return []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Protocol", protocol}
}

// A handshake over HTTP/2 is a CONNECT (RFC 8441).
func TestHandshakeOverHTTP2(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Locations = InWebSocket })
	r := request("CONNECT", "/", "Sec-WebSocket-Protocol", "access_token, "+issue(t, m, "ada@example.com"))
	r.Header[":protocol"] = []string{"websocket"}
	if w := serve(m.Require()(greet(m)), r); w.Code != 200 {
		t.Errorf("got %d", w.Code)
	}
}

// A proxy adds its header to the requests that pages of other sites send, so those are
// checked as requests by cookie are.
func TestProxyHeaderFromAnotherSite(t *testing.T) {
	proxied := func(c *Config) { c.Header = "X-Goog-IAP-JWT-Assertion" }
	for _, tt := range []struct {
		name   string
		config func(*Config)
		origin string
		want   int
	}{
		{"a program", proxied, "", 200},
		{"another site", proxied, "https://evil.example", 403},
		{"a trusted site", func(c *Config) { proxied(c); c.Cookie.TrustedOrigins = []string{"https://app.example"} }, "https://app.example", 200},
		{"no check", func(c *Config) { proxied(c); c.Cookie.AllowCrossOrigin = true }, "https://evil.example", 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newManager(t, tt.config)
			r := request("POST", "/", "X-Goog-IAP-JWT-Assertion", issue(t, m, "ada@example.com"))
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
				r.Header.Set("Sec-Fetch-Site", "cross-site")
			}
			if w := serve(m.Require()(greet(m)), r); w.Code != tt.want {
				t.Errorf("got %d", w.Code)
			}
		})
	}
}

// Origins can be trusted by a function.
func TestTrustOrigin(t *testing.T) {
	var asked []string
	m := newManager(t, func(c *Config) {
		c.Locations = InCookie
		c.Cookie.TrustedOrigins = []string{"https://app.example"}
		c.Cookie.TrustOrigin = func(r *http.Request, origin string) bool {
			asked = append(asked, r.Method+" "+origin)
			host, https := strings.CutPrefix(origin, "https://")
			return https && strings.HasSuffix(host, ".preview.example")
		}
	})
	cookie := "access-token=" + issue(t, m, "ada@example.com")
	for _, tt := range []struct {
		method string
		origin []string
		want   int
		asked  string
	}{
		{"POST", []string{"https://pr-7.preview.example"}, 200, "POST https://pr-7.preview.example"},
		{"POST", []string{"http://pr-7.preview.example"}, 403, "POST http://pr-7.preview.example"},
		{"POST", []string{"https://preview.example.evil"}, 403, "POST https://preview.example.evil"},
		{"POST", []string{"https://app.example"}, 200, ""},
		{"POST", []string{"null"}, 403, ""},
		{"POST", []string{""}, 403, ""},
		{"POST", nil, 403, ""},
		{"POST", []string{"https://pr-7.preview.example", "https://evil.example"}, 403, ""},
		{"GET", []string{"https://evil.example"}, 200, ""},
	} {
		asked = nil
		r := request(tt.method, "/", "Cookie", cookie, "Sec-Fetch-Site", "cross-site")
		if tt.origin != nil {
			r.Header["Origin"] = tt.origin
		}
		if w := serve(m.Require()(greet(m)), r); w.Code != tt.want || strings.Join(asked, ", ") != tt.asked {
			t.Errorf("%s from %q: %d, asked %q", tt.method, tt.origin, w.Code, asked)
		}
	}
	asked = nil
	socket := request("GET", "/", append(handshake("chat"), "Cookie", cookie, "Origin", "https://pr-8.preview.example", "Sec-Fetch-Site", "cross-site")...)
	if w := serve(m.Require()(greet(m)), socket); w.Code != 200 || len(asked) != 1 || asked[0] != "GET https://pr-8.preview.example" {
		t.Errorf("a handshake: %d, asked %q", w.Code, asked)
	}
	r := request("POST", "/logout", "Cookie", cookie, "Origin", "https://pr-9.preview.example", "Sec-Fetch-Site", "cross-site")
	if err := m.Logout(httptest.NewRecorder(), r); err != nil {
		t.Errorf("Logout: %v", err)
	}
}

func TestNewRefusesMisusedPlaces(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config Config
		want   string
	}{
		{"a header that is not read", Config{Locations: InCookie, Header: "X-A"}, "add InHeader"},
		{"a scheme that is not read", Config{Locations: InCookie, Scheme: "Token"}, "add InHeader"},
		{"a protocol that is not read", Config{WebSocketProtocol: "x"}, "add InWebSocket"},
		{"a header with a blank", Config{Header: "X A"}, "Config.Header"},
		{"a scheme with a blank", Config{Scheme: "Token "}, "Config.Scheme"},
		{"a protocol with a comma", Config{Locations: InWebSocket, WebSocketProtocol: "a,b"}, "Config.WebSocketProtocol"},
		{"the cookie as a header", Config{Header: "cookie"}, "another meaning"},
		{"a conflict of cookies alone", Config{Locations: InCookie, Conflict: CookieFirst}, "one location"},
		{"a cookie's name beside a proxy's header", Config{Header: "X-A", Cookie: Cookie{Name: "a"}}, "add InCookie"},
		{"an authorization page without a token URL", Config{AuthorizationURL: "https://id.example/authorize"}, "TokenURL is not"},
		{"metadata and a token URL", Config{OpenIDConnectURL: "https://id.example/x", TokenURL: "/login"}, "exclude each other"},
		{"a metadata URL that is none", Config{OpenIDConnectURL: "http://a b/"}, "Config.OpenIDConnectURL"},
		{"trust and no check", Config{Locations: InCookie, Cookie: Cookie{AllowCrossOrigin: true, TrustOrigin: func(*http.Request, string) bool { return true }}}, "exclude each other"},
	} {
		if m, err := New(testKey(keys.HS256), loadMember, tt.config); m != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestLocationString(t *testing.T) {
	for location, want := range map[Location]string{
		0: "none", InHeader: "header", InCookie: "cookie", InWebSocket: "websocket",
		InHeader | InCookie: "header|cookie", InCookie | InWebSocket: "cookie|websocket",
	} {
		if got := fmt.Sprint(location); got != want {
			t.Errorf("%d: %s, want %s", location, got, want)
		}
	}
}

// Logout reads cookies as guards do, also among thousands.
func TestLogoutFindsCookiesAsGuardsDo(t *testing.T) {
	store := &memoryStore{Now: atNoon}
	m := newManager(t, func(c *Config) { c.Locations, c.Revocations = InCookie, store })
	for name, form := range map[string]string{
		"among thousands":     strings.Repeat("a=1; ", 5000) + "access-token=%s",
		"a tab":               "access-token=\t%s\t",
		"blanks round quotes": `access-token= "%s" `,
	} {
		token := issue(t, m, "ada@example.com")
		cookie := fmt.Sprintf(form, token)
		if w := serve(m.Require()(greet(m)), request("GET", "/", "Cookie", cookie)); w.Code != 200 {
			t.Errorf("%s: a guard answers %d", name, w.Code)
		}
		m.Logout(httptest.NewRecorder(), request("POST", "/", "Cookie", cookie))
		if w := serve(m.Require()(greet(m)), request("GET", "/", "Cookie", cookie)); w.Code != 401 {
			t.Errorf("%s: after Logout %d", name, w.Code)
		}
	}
}

// A request that a test made by hand may have no URL.
func TestRequestWithoutURL(t *testing.T) {
	m := newManager(t, nil)
	form := &http.Request{Method: "POST", Header: fields("Content-Type", formType)}
	if w := serve(m.TokenHandler(checkAda), form); w.Code != 400 {
		t.Errorf("TokenHandler: %d", w.Code)
	}
}

// Max-Age is an int, which has 32 bits on some machines.
func TestMaxAgeHas32Bits(t *testing.T) {
	c, err := Cookie{}.Build("a.b.c", noon.Add(100*365*24*time.Hour), noon)
	if err != nil || c.MaxAge != math.MaxInt32 {
		t.Errorf("a hundred years: %v, %v", c, err)
	}
}
