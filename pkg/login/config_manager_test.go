package login

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Nothing is left for the first request.
func TestNewRefusesMisuse(t *testing.T) {
	const both = InHeader | InCookie
	tests := []struct {
		name   string
		config Config
		want   string // in the error
	}{
		{"an unknown location", Config{Locations: 8}, "Config.Locations is 8"},
		{"an unknown conflict policy", Config{Locations: both, Conflict: 3}, "Config.Conflict is 3"},
		{"a conflict of one location", Config{Conflict: RejectConflict}, "there is one location"},
		{"a cookie that is not read", Config{Cookie: Cookie{Name: "x"}}, "add InCookie"},
		{"origins for a cookie that is not read", Config{Cookie: Cookie{TrustedOrigins: []string{}}}, "add InCookie"},
		{"a bad cookie name", Config{Locations: both, Cookie: Cookie{Name: "a b"}}, "the name"},
		{"a misused prefix", Config{Locations: InCookie, Cookie: Cookie{Name: "__Host-x", Path: "/api"}}, "Path=/"},
		{"an insecure SameSite=None", Config{Locations: InCookie, Cookie: Cookie{SameSite: http.SameSiteNoneMode, Insecure: true}}, "SameSite=None"},
		{"an origin with a path", Config{Locations: InCookie, Cookie: Cookie{TrustedOrigins: []string{"https://a.example/x"}}}, "TrustedOrigins"},
		{"an origin without a scheme", Config{Locations: InCookie, Cookie: Cookie{TrustedOrigins: []string{"a.example"}}}, "TrustedOrigins"},
		{"an origin with a star", Config{Locations: InCookie, Cookie: Cookie{TrustedOrigins: []string{"https://*.example"}}}, "matches no origin"},
		{"an origin in upper case", Config{Locations: InCookie, Cookie: Cookie{TrustedOrigins: []string{"https://A.example"}}}, "matches no origin"},
		{"a lifetime that no cookie has", Config{Locations: InCookie, Lifetime: time.Second}, "at least two seconds"},
		{"an empty scope", Config{Scopes: map[string]string{"": "All"}}, "Config.Scopes"},
		{"a scope with a blank", Config{Scopes: map[string]string{"a b": "Both"}}, "Config.Scopes"},
		{"a token URL that is none", Config{TokenURL: "http://a b/"}, "Config.TokenURL"},
		{"metadata by a path", Config{ResourceMetadata: "/.well-known/oauth-protected-resource"}, "Config.ResourceMetadata"},
		{"metadata that ends the quote", Config{ResourceMetadata: "https://api.example.com/\", error=\"x"}, "Config.ResourceMetadata"},
		{"metadata by another scheme", Config{ResourceMetadata: "ftp://api.example.com/x"}, "Config.ResourceMetadata"},
		{"a scheme name with a slash", Config{SchemeName: "a/b"}, "Config.SchemeName"},
		{"a negative lifetime", Config{Lifetime: -time.Second}, "Config.Lifetime"},
		{"too much leeway", Config{Leeway: 6 * time.Minute}, "Config.Leeway"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := New(testKey(keys.HS256), loadMember, tt.config)
			if m != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v; want an error with %q", m, err, tt.want)
			}
		})
	}
	all := Config{Lifetime: -1, Conflict: 7, SchemeName: "/"}
	if _, err := New[struct{}](nil, nil, all); err == nil ||
		strings.Count(err.Error(), "\n") < 4 || !strings.Contains(err.Error(), "no loader") {
		t.Errorf("several at once: %v", err)
	}
}

func TestNewRefusesNoKeys(t *testing.T) {
	var none *keys.SigningKey
	for name, source := range map[string]keys.Source{"nil": nil, "a nil key": none} {
		if m, err := New(source, loadMember, Config{}); m != nil || err == nil {
			t.Errorf("%s: %v, %v", name, m, err)
		}
	}
}

// The caller can change its Config later without an effect.
func TestHTTPConfigIsCopied(t *testing.T) {
	origins, scopes := []string{"https://a.example"}, map[string]string{"read": "Read"}
	m := newManager(t, func(c *Config) {
		c.Locations, c.Scopes = InCookie, scopes
		c.Cookie.TrustedOrigins = origins
	})
	origins[0] = "https://evil.example"
	delete(scopes, "read")
	r := request("POST", "/", "Cookie", "access-token="+issue(t, m, "ada@example.com", "read"), "Origin", "https://evil.example")
	if w := serve(m.Require("read")(unreachable), r); w.Code != 403 {
		t.Errorf("got %d", w.Code)
	}
	required := []string{"read"}
	h := m.Require(required...)(unreachable)
	required[0] = ""
	r = request("GET", "/", "Cookie", "access-token="+issue(t, m, "ada@example.com"))
	if w := serve(h, r); w.Code != 403 || !strings.Contains(w.Header().Get("WWW-Authenticate"), `scope="read"`) {
		t.Errorf("got %d, %v", w.Code, w.Header())
	}
}
