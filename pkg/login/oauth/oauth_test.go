package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/revocation"
	"github.com/loginctl/loginctl/pkg/login/session"
)

// service is an issuer with all endpoints.
type service struct {
	*login.Manager[*login.Claims]
	revocations *revocation.Memory
	down        error // of the client check, if set
}

func newService(t *testing.T) *service {
	t.Helper()
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	s := &service{revocations: &revocation.Memory{}}
	s.Manager, err = login.New(key, login.ClaimsOnly, login.Config{
		Issuer: "https://id.example.com", Audience: "https://api.example.com", Revocations: s.revocations,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *service) check(_ context.Context, c *Client) error {
	if s.down != nil {
		return s.down
	}
	if c.ID == "web" && c.Secret == "s3cret:/" || c.ID == "public" && c.Secret == "" {
		return nil
	}
	return login.ErrBadCredentials
}

func (s *service) token(t *testing.T, g login.Grant) string {
	t.Helper()
	if g.Subject == "" {
		g.Subject = "ada"
	}
	token, err := s.Issue(g)
	if err != nil {
		t.Fatal(err)
	}
	return token.Reveal()
}

// post sends a form, as the client "web" unless authorize says otherwise.
func post(h http.Handler, authorize func(*http.Request), pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", "/endpoint", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if authorize == nil {
		authorize = func(r *http.Request) { r.SetBasicAuth("web", url.QueryEscape("s3cret:/")) }
	}
	authorize(r)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func anonymous(*http.Request) {}

func (s *service) revocation(t *testing.T) http.Handler {
	t.Helper()
	h, err := RevocationHandler(Revocation{
		Client: s.check, Access: s, Revocations: s.revocations,
		EndSession: func(_ context.Context, token string) error {
			switch token {
			case "refresh":
				return nil
			case "outage":
				return login.ErrUnavailable
			}
			return login.ErrMalformed
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (s *service) introspection(t *testing.T) http.Handler {
	t.Helper()
	h, err := IntrospectionHandler(Introspection{
		Client: s.check, Access: s,
		Session: func(_ context.Context, token string) (*login.Claims, error) {
			if token == "refresh" {
				return &login.Claims{Subject: "ada", ExpiresAt: time.Unix(1_900_000_000, 0)}, nil
			}
			return nil, login.ErrMalformed
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Both endpoints answer authentic clients only.
func TestClients(t *testing.T) {
	s := newService(t)
	for name, h := range map[string]http.Handler{"revocation": s.revocation(t), "introspection": s.introspection(t)} {
		for _, tt := range []struct {
			name      string
			authorize func(*http.Request)
			form      []string
			status    int
			code      string
		}{
			{"Basic", nil, nil, 200, ""},
			{"the form", anonymous, []string{"client_id", "web", "client_secret", "s3cret:/"}, 200, ""},
			{"a public client", anonymous, []string{"client_id", "public"}, 200, ""},
			{"no client", anonymous, nil, 401, "invalid_client"},
			{"a wrong secret", anonymous, []string{"client_id", "web", "client_secret", "wrong"}, 401, "invalid_client"},
			{"no secret", anonymous, []string{"client_id", "web"}, 401, "invalid_client"},
			{"an unknown client", anonymous, []string{"client_id", "x", "client_secret", "s3cret:/"}, 401, "invalid_client"},
			{"both ways", nil, []string{"client_id", "web", "client_secret", "s3cret:/"}, 400, "invalid_request"},
			{"another ID in the form", nil, []string{"client_id", "public"}, 400, "invalid_request"},
			{"two IDs", anonymous, []string{"client_id", "web", "client_id", "public"}, 400, "invalid_request"},
			{"an ID that is not encoded", func(r *http.Request) { r.SetBasicAuth("%zz", "x") }, nil, 400, "invalid_request"},
			{"two tokens", nil, []string{"token", "x"}, 400, "invalid_request"},
		} {
			w := post(h, tt.authorize, append([]string{"token", s.token(t, login.Grant{})}, tt.form...)...)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.code) {
				t.Errorf("%s: %s: %d %s, want %d %s", name, tt.name, w.Code, w.Body, tt.status, tt.code)
			}
			if challenged := w.Header().Get("WWW-Authenticate") != ""; challenged != (tt.status == 401) {
				t.Errorf("%s: %s: WWW-Authenticate is %q", name, tt.name, w.Header().Get("WWW-Authenticate"))
			}
		}
		if w := post(h, nil); w.Code != 400 || !strings.Contains(w.Body.String(), "invalid_request") {
			t.Errorf("%s without a token: %d %s", name, w.Code, w.Body)
		}
		if w := post(h, nil, "token", "", "other", "x"); w.Code != 400 {
			t.Errorf("%s with an empty token: %d", name, w.Code)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/endpoint?token=x", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
			t.Errorf("%s by GET: %d", name, w.Code)
		}
		for _, down := range []struct {
			err    error
			status int
		}{{login.ErrUnavailable, 503}, {errors.New("secret detail"), 500}, {&login.RetryError{After: time.Second}, 429}} {
			s.down = down.err
			w := post(h, nil, "token", "x")
			if w.Code != down.status || strings.Contains(w.Body.String(), "detail") || (w.Header().Get("Retry-After") == "") != (down.status == 500) {
				t.Errorf("%s with a check that returns %v: %d %s", name, down.err, w.Code, w.Body)
			}
		}
		s.down = nil
	}
}

// A check is not asked about a client that says nothing of itself.
func TestClientWithoutID(t *testing.T) {
	s := newService(t)
	asked := 0
	h, err := IntrospectionHandler(Introspection{Client: func(context.Context, *Client) error { asked++; return nil }, Access: s})
	if err != nil {
		t.Fatal(err)
	}
	if w := post(h, anonymous, "token", "x"); w.Code != 401 || asked != 0 {
		t.Errorf("a client without an ID: %d, and the check was asked %d times", w.Code, asked)
	}
	bearer := func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }
	if w := post(h, bearer, "token", "x"); w.Code != 200 || asked != 1 {
		t.Errorf("a client with a token: %d, and the check was asked %d times", w.Code, asked)
	}
}

func TestRevocation(t *testing.T) {
	s := newService(t)
	h := s.revocation(t)
	good, kept := s.token(t, login.Grant{}), s.token(t, login.Grant{})
	foreign := s.token(t, login.Grant{Custom: map[string]any{"client_id": "other"}})
	own := s.token(t, login.Grant{Custom: map[string]any{"client_id": "web"}})
	for _, tt := range []struct {
		name, token string
		status      int
		code        string
	}{
		{"a good token", good, 200, ""},
		{"the same token again", good, 200, ""},
		{"a token of the client", own, 200, ""},
		{"a token of another client", foreign, 400, "invalid_grant"},
		{"a refresh token", "refresh", 200, ""},
		{"another text", "x.y.z", 200, ""},
		{"a store that is down", "outage", 503, "temporarily_unavailable"},
	} {
		w := post(h, nil, "token", tt.token, "token_type_hint", "refresh_token")
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.code) || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s, want %d %s", tt.name, w.Code, w.Body, tt.status, tt.code)
		}
	}
	for name, tt := range map[string]struct {
		token string
		want  error
	}{"revoked": {good, login.ErrRevoked}, "own": {own, login.ErrRevoked}, "kept": {kept, nil}, "foreign": {foreign, nil}} {
		if _, err := s.Verify(t.Context(), tt.token); !errors.Is(err, tt.want) {
			t.Errorf("the %s token after that: %v, want %v", name, err, tt.want)
		}
	}
	without, err := RevocationHandler(Revocation{Client: s.check, Access: s})
	if err != nil {
		t.Fatal(err)
	}
	if w := post(without, nil, "token", kept); w.Code != 400 || !strings.Contains(w.Body.String(), "unsupported_token_type") {
		t.Errorf("without revocations: %d %s", w.Code, w.Body)
	}
}

func TestIntrospection(t *testing.T) {
	s := newService(t)
	h := s.introspection(t)
	good := s.token(t, login.Grant{Scopes: []string{"posts:read", "posts:write"}, Custom: map[string]any{"client_id": "cli"}})
	w := post(h, nil, "token", good)
	for _, part := range []string{
		`"active":true`, `"scope":"posts:read posts:write"`, `"sub":"ada"`, `"client_id":"cli"`, `"token_type":"Bearer"`,
		`"iss":"https://id.example.com"`, `"aud":["https://api.example.com"]`, `"exp":`, `"iat":`, `"jti":`,
	} {
		if w.Code != 200 || !strings.Contains(w.Body.String(), part) {
			t.Errorf("a good token: %d %s, want %s", w.Code, w.Body, part)
		}
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("a cache may keep the answer")
	}
	w = post(h, nil, "token", "refresh")
	if got := w.Body.String(); got != `{"active":true,"exp":1900000000,"sub":"ada","token_use":"refresh"}` {
		t.Errorf("a refresh token: %s", got)
	}
	claims, err := s.Verify(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.revocations.Revoke(t.Context(), claims); err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"a revoked token": good, "another text": "x", "a long text": strings.Repeat("x", 20_000)} {
		if w := post(h, nil, "token", token); w.Code != 200 || w.Body.String() != `{"active":false}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	down, err := IntrospectionHandler(Introspection{Client: s.check, Access: failing{}})
	if err != nil {
		t.Fatal(err)
	}
	if w := post(down, nil, "token", "x"); w.Code != 503 || strings.Contains(w.Body.String(), "active") {
		t.Errorf("during an outage: %d %s", w.Code, w.Body)
	}
}

type failing struct{}

func (failing) Verify(context.Context, string) (*login.Claims, error) {
	return nil, fmt.Errorf("%w: connection refused", login.ErrUnavailable)
}

func TestNotComplete(t *testing.T) {
	s := newService(t)
	for _, c := range []Revocation{{}, {Client: s.check}, {Access: s}} {
		if _, err := RevocationHandler(c); err == nil {
			t.Error("a revocation endpoint without a client check or a verifier is made")
		}
	}
	for _, c := range []Introspection{{}, {Client: s.check}, {Access: s}} {
		if _, err := IntrospectionHandler(c); err == nil {
			t.Error("an introspection endpoint without a client check or a verifier is made")
		}
	}
	for _, c := range []ClientLogin{{}, {Issuer: s}, {Check: func(context.Context, *Client) (login.Grant, error) { return login.Grant{}, nil }}} {
		if _, err := ClientCredentials(c); err == nil {
			t.Error("a grant without an issuer or a check is made")
		}
	}
}

func TestClientCredentials(t *testing.T) {
	s := newService(t)
	check := func(ctx context.Context, c *Client) (login.Grant, error) {
		if err := s.check(ctx, c); err != nil {
			return login.Grant{}, err
		}
		return login.Grant{Subject: "service:" + c.ID, Scopes: []string{"jobs:run", "jobs:list"}}, nil
	}
	passwords := s.TokenHandler(func(_ context.Context, c *login.Credentials) (login.Grant, error) {
		return login.Grant{Subject: c.Username}, nil
	})
	h := asClient(t, ClientLogin{Issuer: s, Check: check})(passwords)
	for _, tt := range []struct {
		name      string
		authorize func(*http.Request)
		form      []string
		status    int
		want      string
	}{
		{"a service", nil, nil, 200, `"token_type":"bearer","expires_in":900}`},
		{"a narrower scope", nil, []string{"scope", "jobs:run"}, 200, `"access_token"`},
		{"a wider scope", nil, []string{"scope", "jobs:run users:write"}, 200, `"scope":"jobs:run"`},
		{"another scope", nil, []string{"scope", "users:write"}, 400, "invalid_scope"},
		{"a wrong secret", anonymous, []string{"client_id", "web", "client_secret", "wrong"}, 401, "invalid_client"},
		{"a public client", anonymous, []string{"client_id", "public"}, 401, "invalid_client"},
		{"a public client by Basic", func(r *http.Request) { r.SetBasicAuth("public", "") }, nil, 401, "invalid_client"},
		{"no client", anonymous, nil, 401, "invalid_client"},
	} {
		w := post(h, tt.authorize, append([]string{"grant_type", "client_credentials"}, tt.form...)...)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) || strings.Contains(w.Body.String(), "refresh") {
			t.Errorf("%s: %d, want %d with %s", tt.name, w.Code, tt.status, tt.want)
		}
		if w.Header().Get("Set-Cookie") != "" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a cookie, or an answer to be kept: %v", tt.name, w.Header().Get("Cache-Control"))
		}
	}
	// Every other request is that of the next handler, with its body.
	if w := post(h, anonymous, "username", "ada", "password", "x", "grant_type", "password"); w.Code != 200 {
		t.Errorf("a password login behind it: %d %s", w.Code, w.Body)
	}
	if w := post(h, nil, "grant_type", "other"); w.Code != 400 || !strings.Contains(w.Body.String(), "unsupported_grant_type") {
		t.Errorf("another grant: %d %s", w.Code, w.Body)
	}
	r := httptest.NewRequest("POST", "/token", strings.NewReader(`{"username":"ada","password":"x"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("a login in JSON behind it: %d %s", w.Code, w.Body)
	}
}

func asClient(t *testing.T, c ClientLogin) func(http.Handler) http.Handler {
	t.Helper()
	middleware, err := ClientCredentials(c)
	if err != nil {
		t.Fatal(err)
	}
	return middleware
}

// Services log in at the token endpoint of sessions too, where users get a refresh token
// and services do not. Keys that lose their signer are an outage that the operator hears
// of, and no panic.
func TestClientCredentialsWithSessions(t *testing.T) {
	s := newService(t)
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	var events []login.Event
	set := &switching{key}
	auth := login.Config{OnEvent: func(_ context.Context, e login.Event) { events = append(events, e) }}
	m, err := session.New(set, login.ClaimsOnly, auth, session.Config[*login.Claims]{Store: new(session.Memory)})
	if err != nil {
		t.Fatal(err)
	}
	check := func(ctx context.Context, c *Client) (login.Grant, error) {
		return login.Grant{Subject: "service:" + c.ID}, s.check(ctx, c)
	}
	passwords := m.TokenHandler(func(_ context.Context, c *login.Credentials) (login.Grant, error) {
		return login.Grant{Subject: c.Username}, nil
	})
	h := asClient(t, ClientLogin{Issuer: m, Check: check, OnEvent: auth.OnEvent})(passwords)
	service := func() *httptest.ResponseRecorder { return post(h, nil, "grant_type", "client_credentials") }

	w := service()
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &tokens); err != nil || w.Code != 200 || tokens.Refresh != "" {
		t.Fatalf("a service: %d, a refresh token: %v, %v", w.Code, tokens.Refresh != "", err)
	}
	if c, err := m.Verify(t.Context(), tokens.Access); err != nil || c.Subject != "service:web" || c.SessionID != "" {
		t.Errorf("the token of a service: %+v, %v", c, err)
	}
	if e := events[0]; e.Action != "login" || e.Reason != "ok" || e.Subject != "service:web" || e.TokenID == "" || e.Method != "POST" {
		t.Errorf("the event of a service is %+v", e)
	}
	if list, err := m.List(t.Context(), "service:web"); len(list) != 0 || err != nil {
		t.Errorf("a service has %d sessions, %v", len(list), err)
	}
	if w := post(h, anonymous, "username", "ada", "password", "x"); w.Code != 200 || !strings.Contains(w.Body.String(), "refresh_token") {
		t.Errorf("a user: %d", w.Code)
	}
	if w := post(h, anonymous, "grant_type", "client_credentials", "client_id", "web", "client_secret", "wrong"); w.Code != 401 {
		t.Errorf("a wrong secret: %d", w.Code)
	}
	if e := events[len(events)-1]; e.Reason != "bad_credentials" || e.Subject != "" {
		t.Errorf("the event of a wrong secret is %+v", e)
	}

	set.Source = key.VerificationKey()
	for name, send := range map[string]func() *httptest.ResponseRecorder{
		"a service": service,
		"a user":    func() *httptest.ResponseRecorder { return post(h, anonymous, "username", "ada", "password", "x") },
	} {
		w := send()
		if w.Code != 503 || !strings.Contains(w.Body.String(), "temporarily_unavailable") || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s without a signer: %d %s", name, w.Code, w.Body)
		}
		if e := events[len(events)-1]; e.Action != "login" || e.Reason != "unavailable" || e.Err == nil {
			t.Errorf("%s without a signer: the event is %+v", name, e)
		}
	}
	if list, err := m.List(t.Context(), "ada"); len(list) != 1 || err != nil {
		t.Errorf("ada has %d sessions, want that from before: %v", len(list), err)
	}
}

// switching is a source whose keys change.
type switching struct{ keys.Source }

func TestClientIsRedacted(t *testing.T) {
	c := Client{ID: "web", Secret: "s3cret"}
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v", c, &c), c.LogValue().String()} {
		if strings.Contains(text, "s3cret") || !strings.Contains(text, "web") {
			t.Errorf("a client is printed as %q", strings.ReplaceAll(text, "s3cret", "…"))
		}
	}
}
