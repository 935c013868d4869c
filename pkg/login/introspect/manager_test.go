package introspect_test

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/introspect"
	"github.com/loginctl/loginctl/pkg/login/oauth"
)

// A manager applies its rules to an opaque token as to a JWS.
func TestManager(t *testing.T) {
	exp := time.Now().Add(time.Hour).Unix()
	active := func(members string) string { return `{"active":true,"sub":"ada","scope":"read",` + members + `}` }
	standard := fmt.Sprintf(`"aud":"api","exp":%d`, exp)
	for _, test := range []struct {
		name, body string
		change     func(*login.Config)
		status     int
		err        error
	}{
		{"good", active(standard), nil, 200, nil},
		{"not active", `{"active":false}`, nil, 401, login.ErrInvalidToken},
		{"of another issuer", active(`"iss":"https://other.example",` + standard), nil, 401, login.ErrIssuer},
		{"for another audience", active(fmt.Sprintf(`"aud":"other","exp":%d`, exp)), nil, 401, login.ErrAudience},
		{"without an audience", active(fmt.Sprintf(`"exp":%d`, exp)), nil, 401, login.ErrAudience},
		{"expired", active(`"aud":"api","exp":1700000000`), nil, 401, login.ErrExpired},
		{"not yet valid", active(fmt.Sprintf(`"nbf":%d,%s`, exp, standard)), nil, 401, login.ErrNotYetValid},
		{"without exp", active(`"aud":"api"`), nil, 401, login.ErrClaims},
		{"without exp, allowed", active(`"aud":"api"`), func(c *login.Config) { c.AllowNoExpiry = true }, 200, nil},
		{"without sub", `{"active":true,"scope":"read",` + standard + `}`, nil, 401, login.ErrClaims},
		{"exp is a text", active(`"aud":"api","exp":"1"`), nil, 401, login.ErrClaims},
		{"without the scope", `{"active":true,"sub":"ada",` + standard + `}`, nil, 403, login.ErrInsufficientScope},
		{"refused by Check", active(standard), func(c *login.Config) {
			c.Check = func(context.Context, *login.Claims) error { return login.ErrForbidden }
		}, 403, login.ErrForbidden},
		{"a missing claim", active(standard), func(c *login.Config) { c.RequiredClaims = []string{"username"} }, 401, login.ErrClaims},
		{"another subject", active(`"username":"ada.l",` + standard), func(c *login.Config) { c.SubjectClaim = "username" }, 200, nil},
		{"revocations need iat", active(standard), func(c *login.Config) { c.Revocations = revoking(false) }, 401, login.ErrClaims},
		{"revoked here", active(`"iat":1700000000,` + standard), func(c *login.Config) { c.Revocations = revoking(true) }, 401, login.ErrRevoked},
		{"an outage", `<html>`, nil, 503, login.ErrUnavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			opaque := newClient(t, serve(t, text(test.body)), nil)
			config := login.Config{Issuer: "https://id.example", Audience: "api", Introspect: opaque.Introspect}
			if test.change != nil {
				test.change(&config)
			}
			m, err := login.New(nil, login.ClaimsOnly, config)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				request := httptest.NewRequest("GET", "/", nil)
				request.Header.Set("Authorization", "Bearer opaque-token")
				answer := httptest.NewRecorder()
				m.Require("read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(answer, request)
				if answer.Code != test.status {
					t.Errorf("%d, want %d", answer.Code, test.status)
				}
			}
			p, err := m.AuthenticateToken(t.Context(), "opaque-token", "read")
			if !errors.Is(err, test.err) {
				t.Errorf("%v, want %v", err, test.err)
			}
			if err == nil && p.Claims.Subject == "" {
				t.Error("no subject")
			}
			v, err := login.NewVerifier(nil, config)
			if err != nil {
				t.Fatal(err)
			}
			if test.name == "without sub" {
				return // a Verifier alone needs no user
			}
			report := v.Inspect(t.Context(), "opaque-token")
			if inspected := errors.Join(report.Failures...); test.status != 403 && !errors.Is(inspected, test.err) || report.Valid() != (inspected == nil) {
				t.Errorf("Inspect: %v", inspected)
			}
		})
	}
}

// revoking is a store that says the same about every token.
type revoking bool

func (r revoking) Revoked(context.Context, *login.Claims) (bool, error)           { return bool(r), nil }
func (r revoking) Revoke(context.Context, *login.Claims) error                    { return nil }
func (r revoking) RevokeSubject(context.Context, string, string, time.Time) error { return nil }

// The tokens of several issuers, as JWS and opaque, are kept apart. None is sent to
// another issuer, and an outage of one is none for the others.
func TestSeveralIssuers(t *testing.T) {
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	exp := time.Now().Add(time.Hour).Unix()
	a := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if token := r.PostFormValue("token"); !strings.HasPrefix(token, "a_") && strings.Count(token, ".") != 2 {
			t.Error("a was sent a token of another issuer")
		}
		fmt.Fprintf(w, `{"active":true,"sub":"ada","exp":%d}`, exp)
	})
	b := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	further := func(name string, e *endpoint) *login.Verifier {
		opaque := newClient(t, e, func(c *introspect.Config) {
			c.Issuer = "https://" + name + ".example"
			c.Accepts = func(token string) bool {
				return strings.HasPrefix(token, name+"_") || strings.Count(token, ".") == 2
			}
		})
		v, err := login.NewVerifier(nil, login.Config{
			Issuer: "https://" + name + ".example", Introspect: opaque.Introspect,
			SubjectOf: func(c *login.Claims) (string, error) { return name + ":" + c.Subject, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	m, err := login.New(key, login.ClaimsOnly, login.Config{Issuer: "https://own.example"}, further("a", a), further("b", b))
	if err != nil {
		t.Fatal(err)
	}
	own, err := m.Issue(login.Grant{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	signed := func(issuer string) string {
		i, err := login.NewIssuer(key, login.Config{Issuer: issuer})
		if err != nil {
			t.Fatal(err)
		}
		token, err := i.Issue(login.Grant{Subject: "ada"})
		if err != nil {
			t.Fatal(err)
		}
		return token.Reveal()
	}
	for _, test := range []struct {
		name, token, subject string
		err                  error
	}{
		{"own", own.Reveal(), "ada", nil},
		{"opaque", "a_1", "a:ada", nil},
		{"a JWS of an issuer that is asked", signed("https://a.example"), "a:ada", nil},
		{"an outage", "b_1", "", login.ErrUnavailable},
		{"of no issuer", "c_1", "", login.ErrIssuer},
		{"a JWS of no issuer", signed("https://c.example"), "", login.ErrIssuer},
		{"too large", "a_" + strings.Repeat("a", 16<<10), "", login.ErrTooLarge},
	} {
		c, err := m.Verify(t.Context(), test.token)
		if !errors.Is(err, test.err) || err == nil && c.Subject != test.subject {
			t.Errorf("%s: %+v, %v", test.name, c, err)
		}
	}
}

// Our own endpoint and the client understand each other.
func TestOwnEndpoint(t *testing.T) {
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	access, err := login.New(key, login.ClaimsOnly, login.Config{Issuer: "https://id.example", Audience: "api"})
	if err != nil {
		t.Fatal(err)
	}
	want := sha256.Sum256([]byte("s e"))
	handler, err := oauth.IntrospectionHandler(oauth.Introspection{
		Access: access,
		Client: func(_ context.Context, c *oauth.Client) error {
			got := sha256.Sum256([]byte(c.Secret))
			if c.ID != "api:1" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
				return login.ErrBadCredentials
			}
			return nil
		},
		Session: func(_ context.Context, token string) (*login.Claims, error) {
			if token == "refresh" {
				return &login.Claims{Subject: "ada"}, nil
			}
			return nil, login.ErrInvalidToken
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := serve(t, handler.ServeHTTP)
	m, err := login.New(nil, login.ClaimsOnly, login.Config{Issuer: "https://id.example", Audience: "api", Introspect: newClient(t, e, nil).Introspect})
	if err != nil {
		t.Fatal(err)
	}
	token, err := access.Issue(login.Grant{Subject: "ada", Scopes: []string{"read"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.AuthenticateToken(t.Context(), token.Reveal(), "read")
	if err != nil || p.Claims.Subject != "ada" {
		t.Errorf("%v, %v", p, err)
	}
	for _, token := range []string{"unknown", "refresh"} {
		if _, err := m.AuthenticateToken(t.Context(), token); !errors.Is(err, login.ErrInvalidToken) {
			t.Errorf("%s: %v", token, err)
		}
	}
	wrong := newClient(t, e, func(c *introspect.Config) { c.ClientSecret = "wrong" })
	if _, err := wrong.Introspect(t.Context(), token.Reveal()); !errors.Is(err, login.ErrUnavailable) {
		t.Errorf("with a wrong secret: %v", err)
	}
}
