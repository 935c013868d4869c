package login_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/pkg/login"
)

// recordedAt is when the recordings were made.
var recordedAt = time.Unix(1795400000, 0)

// fixture has the settings of the recorded service.
type fixture struct {
	Secret      string `json:"secret"`
	KeyPassword string `json:"key_password"`
	Users       []struct {
		Sub      any             `json:"sub"`
		User     json.RawMessage `json:"user"`
		Password string          `json:"password"`
	} `json:"users"`
}

type fastUser struct {
	Email   string `json:"email"`
	Name    string `json:"name"`
	IsAdmin bool   `json:"is_admin"`
}

type fastManager = login.Manager[*fastUser]

// fastService is the recorded service, rewritten with this package.
type fastService struct {
	t         *testing.T
	mux       *http.ServeMux
	users     map[string]*fastUser
	passwords map[string]string
	secret    *keys.SigningKey
}

func newFastService(t *testing.T, f *fixture) *fastService {
	t.Helper()
	secret, err := keys.ParseSecret([]byte(f.Secret), keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	s := &fastService{t, http.NewServeMux(), map[string]*fastUser{}, map[string]string{}, secret}
	for _, u := range f.Users {
		sub, isText := u.Sub.(string)
		if !isText || sub == "" { // nobody here has a number or nothing for a name
			continue
		}
		user := new(fastUser)
		if err := json.Unmarshal(u.User, user); err != nil {
			t.Fatal(err)
		}
		s.users[sub], s.passwords[sub] = user, u.Password
	}
	s.plainRoutes()
	s.keyRoutes(f)
	s.scopeRoutes()
	s.exceptionRoutes()
	s.middlewareRoutes()
	s.loaderRoutes()
	s.loginRoutes()
	s.apiRoutes()
	s.openAPIRoutes()
	return s
}

func (s *fastService) load(_ context.Context, sub string) (*fastUser, error) {
	return s.users[sub], nil
}

// manager is one of the service's managers: with fastapi-login's answers, and
// without the checks that it does not have.
func (s *fastService) manager(source keys.Source, change func(*login.Config)) *fastManager {
	return fastManagerOf(s, source, s.load, change)
}

func fastManagerOf[U any](s *fastService, source keys.Source, load login.Loader[U], change func(*login.Config)) *login.Manager[U] {
	s.t.Helper()
	config := login.Config{
		TokenURL: "/login",
		OnError:  login.WriteFastAPIError,
		Now:      func() time.Time { return recordedAt },
	}
	if change != nil {
		change(&config)
	}
	m, err := login.New(source, load, config)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

func withCookie(c *login.Config) {
	c.Locations, c.Conflict = login.InHeader|login.InCookie, login.CookieFirst
}

// reply writes JSON as Python's service does: compact, and letters as they are.
func reply(w http.ResponseWriter, v any) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	e.Encode(v)
	w.Header().Set("Content-Type", "application/json")
	w.Write(bytes.TrimSuffix(body.Bytes(), []byte("\n")))
}

type userReply struct {
	User any `json:"user"`
}

// me answers with the user.
func me[U any](m *login.Manager[U], scopes ...string) http.Handler {
	return m.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[U]) {
		reply(w, userReply{p.User})
	}, scopes...)
}

func (s *fastService) plainRoutes() {
	s.mux.Handle("/hs/me", me(s.manager(s.secret, nil)))
	s.mux.Handle("/cookie/me", me(s.manager(s.secret, withCookie)))
	s.mux.Handle("/cookieonly/me", me(s.manager(s.secret, func(c *login.Config) { c.Locations = login.InCookie })))
	s.mux.Handle("/customcookie/me", me(s.manager(s.secret, func(c *login.Config) {
		withCookie(c)
		c.Cookie.Name = "custom-cookie-name"
	})))
	first, second := s.manager(s.secret, nil), s.manager(s.secret, withCookie)
	s.mux.Handle("/multi", first.Require()(second.Require()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, _ := first.User(r.Context())
		b, _ := second.User(r.Context())
		reply(w, struct {
			A string `json:"a"`
			B string `json:"b"`
		}{a.Email, b.Email})
	}))))
	s.mux.Handle("/ws", s.manager(s.secret, withCookie).Require()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusSwitchingProtocols)
	})))
}

func (s *fastService) keyRoutes(f *fixture) {
	const folder = "../keys/testdata/recorded/"
	plain, err1 := keyfile.Load(folder + "rsa2048.pem")
	encrypted, err2 := keyfile.LoadEncrypted(folder+"rsa2048_enc_pkcs8.pem", []byte(f.KeyPassword))
	legacy, err3 := keyfile.LoadEncrypted(folder+"rsa2048_enc_trad.pem", []byte(f.KeyPassword))
	if err := errors.Join(err1, err2, err3); err != nil {
		s.t.Fatal(err)
	}
	s.mux.Handle("/rs/me", me(s.manager(plain, nil)))
	s.mux.Handle("/rsenc/me", me(s.manager(encrypted, nil)))
	s.mux.Handle("/rstrad/me", me(s.manager(legacy, nil)))
}

// ok answers a scoped route.
func ok(m *fastManager) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := m.User(r.Context())
		reply(w, struct {
			User string `json:"user"`
			OK   bool   `json:"ok"`
		}{user.Email, true})
	})
}

func (s *fastService) scopeRoutes() {
	m := s.manager(s.secret, func(c *login.Config) {
		c.Scopes = map[string]string{"required": "a required scope", "scopes": "another", "here": "third", "read": "Read", "write": "Write"}
	})
	for path, scopes := range map[string][]string{
		"/scoped/read":  {"read"},
		"/scoped/rw":    {"read", "write"},
		"/scoped/route": {"required", "scopes", "here"},
		"/scoped/none":  {},
		"/scoped/dup":   {"read", "read"},
	} {
		s.mux.Handle(path, m.Require(scopes...)(ok(m)))
	}
	s.mux.Handle("/scoped/nested-same", m.Require("read")(m.Require("read")(ok(m))))
	s.mux.Handle("/scoped/nested-more", m.Require("write")(m.Require("read")(ok(m))))
	undeclared := s.manager(s.secret, nil)
	s.mux.Handle("/scoped/unregistered", undeclared.Require("not-in-openapi-scopes")(ok(undeclared)))
	s.mux.Handle("/optional/scoped", m.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p, err := m.Principal(r.Context()); err == nil && p.Claims.HasScopes("read") {
			reply(w, userReply{p.User})
			return
		}
		reply(w, userReply{})
	})))
}

func (s *fastService) exceptionRoutes() {
	redirect := s.manager(s.secret, func(c *login.Config) {
		c.OnError = func(w http.ResponseWriter, r *http.Request, err error) {
			w.Header().Set("Location", "/login")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
	})
	s.mux.Handle("/redirect/me", me(redirect))
	teapot := s.manager(s.secret, func(c *login.Config) {
		c.OnError = func(w http.ResponseWriter, r *http.Request, err error) {
			w.Header().Set("Content-Type", "application/json")
			if errors.Is(err, login.ErrInsufficientScope) {
				w.WriteHeader(http.StatusForbidden)
				w.Write([]byte(`{"detail":"forbidden scope"}`))
				return
			}
			w.Header().Set("WWW-Authenticate", `Bearer realm="x"`)
			w.WriteHeader(http.StatusTeapot)
			w.Write([]byte(`{"detail":"teapot"}`))
		}
	})
	s.mux.Handle("/httpexc/me", me(teapot))
	s.mux.Handle("/httpexc/read", teapot.Require("read")(ok(teapot)))
	custom := s.manager(s.secret, func(c *login.Config) {
		c.OnError = func(w http.ResponseWriter, r *http.Request, err error) {
			if !errors.Is(err, login.ErrInsufficientScope) {
				login.WriteFastAPIError(w, r, err)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			w.Write([]byte(`{"error":"invalid_scope","error_description":"scope exception"}`))
		}
	})
	s.mux.Handle("/customscope/read", custom.Require("read")(ok(custom)))
}

// orNull answers with the user or null.
func orNull(m *fastManager) http.Handler {
	return m.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, ok := m.User(r.Context()); ok {
			reply(w, userReply{user})
			return
		}
		reply(w, userReply{})
	}))
}

func (s *fastService) middlewareRoutes() {
	m := s.manager(s.secret, withCookie)
	s.mux.Handle("/optional/me", orNull(m))
	s.mux.Handle("/mw/showcase", orNull(m))
	s.mux.Handle("/mw/both", m.Optional(me(m)))
	s.mux.Handle("/mw/admin", m.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := m.Principal(r.Context())
		if err != nil {
			m.Deny(w, r, err)
			return
		}
		if !p.User.IsAdmin {
			m.Deny(w, r, login.ErrForbidden)
			return
		}
		reply(w, map[string]string{"admin": p.User.Email})
	})))
	broken := func(context.Context, string) (*fastUser, error) { return nil, errors.New("database is down") }
	s.mux.Handle("/mwboom/showcase", orNull(fastManagerOf(s, s.secret, broken, nil)))
	s.mux.Handle("/loader/raises-optional", orNull(fastManagerOf(s, s.secret, broken, nil)))
	s.mux.Handle("/loader/raises", me(fastManagerOf(s, s.secret, broken, nil)))
}

// statusError is a loader's error with an answer of its own.
type statusError struct {
	status int
	detail string
}

func (e *statusError) Error() string { return e.detail }

func (s *fastService) loaderRoutes() {
	query := func(_ context.Context, db map[string]*fastUser, sub string) (*fastUser, error) { return db[sub], nil }
	open := func(ctx context.Context, session func() map[string]*fastUser, sub string) (*fastUser, error) {
		return query(ctx, session(), sub)
	}
	session := func() map[string]*fastUser { return s.users }
	s.mux.Handle("/loader/kwargs", me(fastManagerOf(s, s.secret, login.Bind(s.users, query), nil)))
	s.mux.Handle("/loader/async", me(fastManagerOf(s, s.secret, login.Bind(s.users, query), nil)))
	s.mux.Handle("/loader/lambda-returning-coroutine", me(fastManagerOf(s, s.secret, login.Bind(s.users, query), nil)))
	s.mux.Handle("/loader/async-callable-object", me(s.manager(s.secret, nil))) // s.load is a method value
	s.mux.Handle("/loader/kwcallable", me(fastManagerOf(s, s.secret, login.Bind(session, open), nil)))
	s.mux.Handle("/loader/poscallable", me(fastManagerOf(s, s.secret, login.Bind(session, open), nil)))
	s.mux.Handle("/loader/falsy-dict", me(fastManagerOf(s, s.secret,
		func(context.Context, string) (map[string]any, error) { return map[string]any{}, nil }, nil)))
	s.mux.Handle("/loader/false", me(fastManagerOf(s, s.secret,
		func(context.Context, string) (bool, error) { return false, nil }, nil)))

	// New refuses a nil loader. The nil manager refuses every request.
	none, err := login.New[*fastUser](s.secret, nil, login.Config{})
	if err == nil {
		s.t.Error("New took no loader")
	}
	s.mux.Handle("/loader/missing", me(none))

	locked := func(context.Context, string) (*fastUser, error) {
		return nil, &statusError{http.StatusLocked, "account locked"}
	}
	s.mux.Handle("/loader/httpexc", me(fastManagerOf(s, s.secret, locked, func(c *login.Config) {
		c.OnError = func(w http.ResponseWriter, r *http.Request, err error) {
			if its, ok := errors.AsType[*statusError](err); ok {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(its.status)
				w.Write([]byte(`{"detail":"` + its.detail + `"}`))
				return
			}
			login.WriteFastAPIError(w, r, err)
		}
	})))
}

func (s *fastService) loginRoutes() {
	check := func(_ context.Context, c *login.Credentials) (login.Grant, error) {
		if s.users[c.Username] == nil || s.passwords[c.Username] != c.Password {
			return login.Grant{}, login.ErrBadCredentials
		}
		return login.Grant{Subject: c.Username}, nil
	}
	s.mux.Handle("/login", s.manager(s.secret, nil).TokenHandler(check))
	s.mux.Handle("/login/cookie", s.manager(s.secret, withCookie).TokenHandler(check))
	s.mux.Handle("/login/cookie-doc-literal", s.manager(s.secret, withCookie).TokenHandler(check))
	s.mux.HandleFunc("/set-cookie", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Token string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			login.WriteFastAPIError(w, r, err)
			return
		}
		cookie, err := login.Cookie{}.Build(body.Token, time.Time{}, recordedAt)
		if err != nil {
			login.WriteFastAPIError(w, r, err)
			return
		}
		http.SetCookie(w, cookie)
		reply(w, map[string]string{"detail": "ok"})
	})
}

func (s *fastService) apiRoutes() {
	m := s.manager(s.secret, nil)
	s.mux.HandleFunc("/api/get_current_user", func(w http.ResponseWriter, r *http.Request) {
		p, err := m.AuthenticateToken(r.Context(), r.URL.Query().Get("token"))
		if err != nil {
			m.Deny(w, r, err)
			return
		}
		reply(w, userReply{p.User})
	})
	s.mux.HandleFunc("/api/has_scopes", func(w http.ResponseWriter, r *http.Request) {
		c, err := m.Verify(r.Context(), r.URL.Query().Get("token"))
		if err != nil {
			m.Deny(w, r, err)
			return
		}
		scopes := strings.Fields(r.URL.Query().Get("scopes"))
		reply(w, map[string]bool{"has_scopes": c.HasScopes(scopes...)})
	})
}

// openAPIRoutes serves the OpenAPI documents of the managers.
func (s *fastService) openAPIRoutes() {
	plain := s.manager(s.secret, nil)
	s.document("/oa/plain/openapi.json", map[string]any{"/p": plain.Security(), "/public-optional": nil}, plain)
	// Of two managers with one name, the scheme of the second remains.
	a := s.manager(s.secret, func(c *login.Config) { c.TokenURL, c.Scopes = "/login-a", map[string]string{"a": "A"} })
	b := s.manager(s.secret, func(c *login.Config) { c.TokenURL, c.Scopes = "/login-b", map[string]string{"b": "B"} })
	s.document("/oa/two/openapi.json", map[string]any{"/a": a.Security(), "/b": b.Security()}, a, b)
}

func (s *fastService) document(path string, operations map[string]any, managers ...*fastManager) {
	schemes := map[string]any{}
	for _, m := range managers {
		for name, scheme := range m.OpenAPI()["securitySchemes"].(map[string]any) {
			schemes[name] = scheme
		}
	}
	s.mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]any{"securitySchemes": schemes, "security_by_path": operations})
	})
}

// recordings reads the file, and the fixture that is its first entry.
func recordings(t *testing.T) (*fixture, []json.RawMessage) {
	t.Helper()
	data, err := os.ReadFile("testdata/fastapi-login/recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	f := new(fixture)
	if err := json.Unmarshal(entries[0], f); err != nil {
		t.Fatal(err)
	}
	return f, entries[1:]
}

// entriesOf are the entries of one kind.
func entriesOf[T any](t *testing.T, entries []json.RawMessage, kind string) []T {
	t.Helper()
	var found []T
	for _, entry := range entries {
		var k struct{ Kind string }
		if err := json.Unmarshal(entry, &k); err != nil {
			t.Fatal(err)
		}
		if k.Kind != kind {
			continue
		}
		var e T
		if err := json.Unmarshal(entry, &e); err != nil {
			t.Fatal(err)
		}
		found = append(found, e)
	}
	return found
}
