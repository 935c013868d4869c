package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/dpop"
	"github.com/loginctl/loginctl/pkg/login/introspect"
	"github.com/loginctl/loginctl/pkg/login/session"
)

// asking returns a client of the endpoint h.
func asking(t *testing.T, h http.Handler) *introspect.Client {
	t.Helper()
	server := httptest.NewTLSServer(h)
	t.Cleanup(server.Close)
	c, err := introspect.New(introspect.Config{
		URL: server.URL, ClientID: "web", ClientSecret: "s3cret:/", HTTPClient: server.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRefreshTokenByIntrospection: the endpoint knows refresh tokens, and a service that
// asks it takes none for an access token.
func TestRefreshTokenByIntrospection(t *testing.T) {
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	m, err := session.New(key, login.ClaimsOnly, login.Config{Issuer: "https://id.example.com"},
		session.Config[*login.Claims]{Store: &session.Memory{}})
	if err != nil {
		t.Fatal(err)
	}
	pair, err := m.Open(t.Context(), login.Grant{Subject: "ada", Scopes: []string{"admin"}}, session.Device{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := IntrospectionHandler(Introspection{
		Client: func(context.Context, *Client) error { return nil }, Access: m, Session: m.InspectToken,
	})
	if err != nil {
		t.Fatal(err)
	}
	api, err := login.New(nil, login.ClaimsOnly, login.Config{Issuer: "https://id.example.com", Introspect: asking(t, h).Introspect})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.AuthenticateToken(t.Context(), pair.Refresh.Reveal(), "admin"); !errors.Is(err, login.ErrInvalidToken) {
		t.Errorf("a refresh token as an access token: %v", err)
	}
	if _, err := api.AuthenticateToken(t.Context(), pair.Access.Reveal(), "admin"); err != nil {
		t.Errorf("the access token: %v", err)
	}
}

// TestBoundTokenByIntrospection: the answer about a token that is bound to a key says so,
// and the token without a proof is refused by a service that asks.
func TestBoundTokenByIntrospection(t *testing.T) {
	s := newService(t)
	h, err := IntrospectionHandler(Introspection{Client: s.check, Access: s})
	if err != nil {
		t.Fatal(err)
	}
	api, err := login.New(nil, login.ClaimsOnly, login.Config{
		Issuer: "https://id.example.com", Audience: "https://api.example.com", Introspect: asking(t, h).Introspect,
		DPoP: dpop.Config{Mode: dpop.Accepted, Origins: []string{"https://api.example.com"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	confirmation := map[string]any{"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}
	for _, tt := range []struct {
		name   string
		custom map[string]any
		good   bool
	}{
		{"bound to a key", map[string]any{"cnf": confirmation}, false},
		{"a bearer token", nil, true},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+s.token(t, login.Grant{Custom: tt.custom}))
		if _, err := api.Authenticate(r); (err == nil) != tt.good {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestClientWithoutProof: an Authorization that proves nothing does not lead to the check.
func TestClientWithoutProof(t *testing.T) {
	s := newService(t)
	asked := 0
	h, err := IntrospectionHandler(Introspection{Client: func(context.Context, *Client) error { asked++; return nil }, Access: s})
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"x", "Basic !!!", "Bearer ", "Digest x"} {
		junk := func(r *http.Request) { r.Header.Set("Authorization", field) }
		if w := post(h, junk, "token", "x"); w.Code != 401 || asked != 0 {
			t.Errorf("Authorization %q: %d, and the check was asked %d times", field, w.Code, asked)
		}
	}
	if w := post(h, func(*http.Request) {}, "token", "x", "client_assertion", ""); w.Code == 200 || asked != 0 {
		t.Errorf("an empty assertion: %d, and the check was asked %d times", w.Code, asked)
	}
}
