package jwks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
)

// site answers by host and path, and notes the requests.
type site struct {
	mu    sync.Mutex
	pages map[string]http.Handler
	asked []string
}

func (s *site) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.Host+r.URL.EscapedPath())
	page := s.pages[r.URL.Host+r.URL.EscapedPath()]
	s.mu.Unlock()
	w := httptest.NewRecorder()
	if page == nil {
		page = http.NotFoundHandler()
	}
	page.ServeHTTP(w, r)
	return w.Result(), nil
}

func (s *site) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

func discovering(t *testing.T, issuer string, s *site) *jwks.Client {
	t.Helper()
	return must(jwks.New(jwks.Config{Issuer: issuer, Algorithms: []keys.Algorithm{keys.ES256}, HTTPClient: &http.Client{Transport: s}}))
}

const (
	oidc = "/.well-known/openid-configuration"
	oas  = "/.well-known/oauth-authorization-server"
)

func metadata(issuer, uri string) http.Handler {
	return body(fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q,"Issuer":"https://other.example"}`, issuer, uri))
}

func TestDiscovery(t *testing.T) {
	set := body(setOf(newKey("a")))
	for _, tt := range []struct {
		name, issuer string
		pages        map[string]http.Handler
		asked        []string
		says         string // empty: there are keys
	}{
		{"OpenID Connect", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: metadata("https://id.example", "https://id.example/k"), "id.example/k": set,
		}, []string{"id.example" + oidc, "id.example/k"}, ""},
		{"a path", "https://id.example/realms/a", map[string]http.Handler{
			"id.example/realms/a" + oidc: metadata("https://id.example/realms/a", "https://id.example/k"), "id.example/k": set,
		}, []string{"id.example/realms/a" + oidc, "id.example/k"}, ""},
		{"a slash at the end", "https://id.example/", map[string]http.Handler{
			"id.example" + oidc: metadata("https://id.example/", "https://id.example/k"), "id.example/k": set,
		}, []string{"id.example" + oidc, "id.example/k"}, ""},
		{"keys on another host", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: metadata("https://id.example", "https://keys.example/k"), "keys.example/k": set,
		}, []string{"id.example" + oidc, "keys.example/k"}, ""},
		{"RFC 8414", "https://id.example/a%2Fb/c/", map[string]http.Handler{
			"id.example" + oas + "/a%2Fb/c": metadata("https://id.example/a%2Fb/c/", "https://id.example/k"), "id.example/k": set,
		}, []string{"id.example/a%2Fb/c" + oidc, "id.example" + oas + "/a%2Fb/c", "id.example/k"}, ""},
		{"RFC 8414 behind a page for everything", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: body("<html>"), "id.example" + oas: metadata("https://id.example", "https://id.example/k"), "id.example/k": set,
		}, []string{"id.example" + oidc, "id.example" + oas, "id.example/k"}, ""},
		{"no metadata", "https://id.example", nil, []string{"id.example" + oidc, "id.example" + oas},
			"reading https://id.example/.well-known/openid-configuration: the answer is 404 Not Found; reading https://id.example/.well-known/oauth-authorization-server: the answer is 404 Not Found"},
		{"another issuer", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: metadata("https://evil.example", "https://id.example/k"),
		}, []string{"id.example" + oidc}, `the metadata is of the issuer "https://evil.example"`},
		{"an issuer of another slash", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: metadata("https://id.example/", "https://id.example/k"),
		}, []string{"id.example" + oidc}, `the metadata is of the issuer "https://id.example/"`},
		{"a long issuer", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: metadata("https://"+strings.Repeat("x", 1000), "https://id.example/k"),
		}, []string{"id.example" + oidc}, `xxx…"`},
		{"keys in the clear", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: metadata("https://id.example", "http://id.example/k"),
		}, []string{"id.example" + oidc}, "must begin with https://"},
		{"keys of the machine itself", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: metadata("https://id.example", "http://127.0.0.1/k"),
		}, []string{"id.example" + oidc}, "127.0.0.1 is loopback"},
		{"keys of a metadata service", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: metadata("https://id.example", "https://169.254.169.254/k"),
		}, []string{"id.example" + oidc}, "link-local"},
		{"keys in a file", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: metadata("https://id.example", "file:///etc/passwd"),
		}, []string{"id.example" + oidc}, "the URL has no host"},
		{"no jwks_uri", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: body(`{"issuer":"https://id.example","JWKS_URI":"https://id.example/k"}`),
		}, []string{"id.example" + oidc}, "has no jwks_uri"},
		{"an outage", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: status(503),
		}, []string{"id.example" + oidc}, "503 Service Unavailable"},
		{"too many requests", "https://id.example", map[string]http.Handler{
			"id.example" + oidc: status(429, "Retry-After: 300"),
		}, []string{"id.example" + oidc}, "429 Too Many Requests"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &site{pages: tt.pages}
			client := discovering(t, tt.issuer, s)
			_, err := client.Current(t.Context())
			switch {
			case tt.says == "" && err != nil:
				t.Errorf("no keys: %v", err)
			case tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)):
				t.Errorf("the error is %v, want %q", err, tt.says)
			}
			if asked := s.take(); !slices.Equal(asked, tt.asked) {
				t.Errorf("asked for %q, want %q", asked, tt.asked)
			}
		})
	}
}

// The address of the set is discovered once, and again after a failure or a day.
func TestIssuerThatMovesItsKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{pages: map[string]http.Handler{
			"id.example" + oidc: metadata("https://id.example", "https://id.example/1"),
			"id.example/1":      body(setOf(newKey("a")), `ETag: "1"`, "Cache-Control: max-age=3600"),
		}}
		client := discovering(t, "https://id.example", s)
		if got := client.Status().URL; got != "https://id.example" {
			t.Errorf("before discovery: %s", got)
		}
		current(t, client)
		if got := client.Status().URL; got != "https://id.example/1" {
			t.Errorf("after discovery: %s", got)
		}
		s.take()
		reload := func(d time.Duration, want ...string) {
			t.Helper()
			pass(d)
			current(t, client)
			synctest.Wait()
			if asked := s.take(); !slices.Equal(asked, want) {
				t.Errorf("asked for %q, want %q", asked, want)
			}
		}
		reload(time.Hour, "id.example/1")
		s.pages["id.example"+oidc] = metadata("https://id.example", "https://id.example/2")
		s.pages["id.example/2"] = body(setOf(newKey("b")), "Cache-Control: max-age=86400")
		delete(s.pages, "id.example/1")
		reload(time.Hour, "id.example/1")
		reload(2*time.Second, "id.example"+oidc, "id.example/2")
		if !has(current(t, client), "b") {
			t.Error("the keys of the new address are not used")
		}
		reload(24*time.Hour, "id.example"+oidc, "id.example/2")
		s.pages["id.example"+oidc] = status(500)
		reload(24*time.Hour, "id.example"+oidc, "id.example/2")
		if got := client.Status().Error; got != "" {
			t.Errorf("an outage of the metadata alone: %s", got)
		}
	})
}
