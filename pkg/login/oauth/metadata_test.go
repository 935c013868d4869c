package oauth

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/login"
)

func TestServerMetadata(t *testing.T) {
	m := ServerMetadataOf(login.Config{Issuer: "https://id.example.com/tenant", TokenURL: "/login", Scopes: map[string]string{"b": "", "a": ""}})
	m.Grants = []string{"password", "client_credentials"}
	if m.Path() != "/.well-known/oauth-authorization-server/tenant" {
		t.Errorf("the path is %s", m.Path())
	}
	h, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", m.Path(), nil))
	want := `{"issuer":"https://id.example.com/tenant","token_endpoint":"https://id.example.com/login","scopes_supported":["a","b"],` +
		`"grant_types_supported":["password","client_credentials"],"response_types_supported":[]}`
	if got := w.Body.String(); got != want {
		t.Errorf("the document is %s, want %s", got, want)
	}
	if w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("the header is %v", w.Header())
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", m.Path(), nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

func TestResourceMetadata(t *testing.T) {
	m := ResourceMetadataOf(login.Config{Issuer: "https://id.example.com", Audience: "https://api.example.com/v1/", Scopes: map[string]string{"a": ""}})
	if m.Path() != "/.well-known/oauth-protected-resource/v1" {
		t.Errorf("the path is %s", m.Path())
	}
	h, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", m.Path(), nil))
	want := `{"resource":"https://api.example.com/v1/","authorization_servers":["https://id.example.com"],"scopes_supported":["a"],"bearer_methods_supported":["header"]}`
	if got := w.Body.String(); got != want {
		t.Errorf("the document is %s, want %s", got, want)
	}
}

func TestMetadataMistakes(t *testing.T) {
	for _, tt := range []struct {
		name     string
		document interface{ Handler() (http.Handler, error) }
		want     string // "" if it is good
	}{
		{"no issuer", ServerMetadata{}, "Issuer"},
		{"plain HTTP", ServerMetadata{Issuer: "http://id.example.com"}, "Issuer"},
		{"plain HTTP on this machine", ServerMetadata{Issuer: "http://127.0.0.1:8080"}, ""},
		{"a query", ServerMetadata{Issuer: "https://id.example.com?x"}, "Issuer"},
		{"a fragment", ServerMetadata{Issuer: "https://id.example.com#"}, "Issuer"},
		{"a path", ServerMetadata{Issuer: "https://id.example.com", Token: "/login"}, "Token"},
		{"an endpoint with a query", ServerMetadata{Issuer: "https://id.example.com", Token: "https://id.example.com/t?x=1"}, ""},
		{"a resource that is not a URL", ResourceMetadata{Resource: "api"}, "Resource"},
		{"a server that is not a URL", ResourceMetadata{Resource: "https://api.example.com", Servers: []string{"id"}}, "Servers"},
	} {
		_, err := tt.document.Handler()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want+" ")) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
