package session_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
	"github.com/loginctl/loginctl/pkg/login/pages"
	"github.com/loginctl/loginctl/pkg/login/revocation"
	"github.com/loginctl/loginctl/pkg/login/session"
)

type user struct{ Name string }

// service is a session manager whose store, directory and clock the test moves.
type service struct {
	*session.Manager[*user]
	store   *flakyStore
	clock   atomic.Int64 // after noon, in nanoseconds
	load    atomic.Value // of error
	allowed atomic.Value // of []string
	reuse   atomic.Int64 // calls of OnReuse

	mu     sync.Mutex
	events []string // action, reason
	last   login.Event
}

// failure is an error for an atomic value, or none.
type failure struct{ error }

var none = failure{}

type flakyStore struct {
	session.Store
	down    atomic.Bool
	lagging atomic.Bool // Get finds nothing yet
	rotated atomic.Int64
	onStep  func() // before each Rotate
}

func (f *flakyStore) List(ctx context.Context, subject string, now time.Time) ([]session.Record, error) {
	if f.down.Load() {
		return nil, login.ErrExpired // a store that is down may return any error
	}
	return f.Store.List(ctx, subject, now)
}

func (f *flakyStore) Get(ctx context.Context, subject, id string) (session.Record, bool, error) {
	if f.down.Load() {
		return session.Record{}, false, login.ErrExpired
	}
	if f.lagging.Load() {
		return session.Record{}, false, nil
	}
	return f.Store.Get(ctx, subject, id)
}

func (f *flakyStore) Rotate(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error) {
	if f.onStep != nil {
		f.onStep()
	}
	rec, outcome, err := f.Store.Rotate(ctx, r)
	if outcome == session.Rotated || outcome == session.Ahead {
		f.rotated.Add(1)
	}
	return rec, outcome, err
}

func (f *flakyStore) End(ctx context.Context, subject, id string) (bool, error) {
	if f.down.Load() {
		return false, errors.New("down")
	}
	return f.Store.End(ctx, subject, id)
}

func (s *service) now() time.Time { return noon.Add(time.Duration(s.clock.Load())) }

func (s *service) sleep(d time.Duration) { s.clock.Add(int64(d)) }

func (s *service) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.events
	s.events = nil
	return list
}

func checkAda(_ context.Context, c *login.Credentials) (login.Grant, error) {
	if c.Username != "ada" || c.Password != "correct horse" {
		return login.Grant{}, login.ErrBadCredentials
	}
	return login.Grant{Subject: "ada", Scopes: []string{"read", "write"}, Custom: map[string]any{"tenant": "t1"}}, nil
}

// newService returns a service over a store of its own, or that of another one.
func newService(t testing.TB, alg keys.Algorithm, store session.Store, change func(*login.Config, *session.Config[*user])) *service {
	t.Helper()
	key, err := keys.Generate(alg)
	if err != nil {
		t.Fatal(err)
	}
	return newReplica(t, key, store, change)
}

func newReplica(t testing.TB, key *keys.SigningKey, store session.Store, change func(*login.Config, *session.Config[*user])) *service {
	t.Helper()
	s := &service{}
	if store == nil {
		store = &session.Memory{Now: s.now}
	}
	s.store = &flakyStore{Store: store}
	s.load.Store(none)
	s.allowed.Store([]string{"read", "write"})
	auth := login.Config{
		Locations: login.InHeader | login.InCookie, Cookie: login.Cookie{Name: "__Host-access"}, Now: s.now,
		OnEvent: func(_ context.Context, e login.Event) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.events = append(s.events, e.Action+" "+e.Reason)
			s.last = e
		},
	}
	config := session.Config[*user]{
		Store:   s.store,
		Allowed: func(context.Context, *user) ([]string, error) { return s.allowed.Load().([]string), nil },
		OnReuse: func(context.Context, session.Session) { s.reuse.Add(1) },
	}
	if change != nil {
		change(&auth, &config)
	}
	load := func(ctx context.Context, subject string) (*user, error) {
		if f := s.load.Load().(failure); f.error != nil {
			return nil, f.error
		}
		// The loader finds custom claims at a refresh too.
		if tenant, _, err := claim.At[string](login.LoadingClaims(ctx), "tenant"); err != nil || tenant != "t1" {
			return nil, login.ErrUserNotFound
		}
		return &user{subject}, nil
	}
	var err error
	if s.Manager, err = session.New(key, load, auth, config); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/token", s.TokenHandler(checkAda))
	mux.Handle("/login", s.LoginForm(checkAda, pages.Form(func(w io.Writer, p *pages.Page) error {
		_, err := fmt.Fprintf(w, "%d %s", p.Status, p.Reason)
		return err
	})))
	mux.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) {
		if err := s.Logout(w, r); err != nil {
			s.Deny(w, r, err)
		}
	})
	mux.Handle("/pay", s.Renew(s.RequireFresh(5*time.Minute)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}))))
	mux.Handle("/", s.Renew(s.Require("write")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, wrapped := w.(interface{ Unwrap() http.ResponseWriter }); wrapped {
			http.Error(w, "wrapped", http.StatusTeapot)
		}
		fmt.Fprint(w, r.Header.Get("Cookie"))
	}))))
	return mux
}

// browser is a client with a cookie jar.
type browser struct {
	*http.Client
	url string
	t   *testing.T
}

func (s *service) browser(t *testing.T) *browser {
	t.Helper()
	server := httptest.NewTLSServer(s.routes())
	t.Cleanup(server.Close)
	jar, _ := cookiejar.New(nil)
	client := server.Client()
	client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	client.Jar = jar
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{client, server.URL, t}
}

func (b *browser) do(method, path string, form url.Values) *http.Response {
	b.t.Helper()
	r, _ := http.NewRequest(method, b.url+path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w, err := b.Do(r)
	if err != nil {
		b.t.Error(err)
		return &http.Response{Header: http.Header{}}
	}
	io.Copy(io.Discard, w.Body)
	w.Body.Close()
	return w
}

func (b *browser) login(remember string) {
	b.t.Helper()
	form := url.Values{"username": {"ada"}, "password": {"correct horse"}, "remember": {remember}}
	if w := b.do("POST", "/login", form); w.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("the login is answered %d", w.StatusCode)
	}
}

// names lists the cookies of the jar.
func (b *browser) names() []string {
	at, _ := url.Parse(b.url)
	var names []string
	for _, c := range b.Jar.Cookies(at) {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return names
}

// dropAccess removes the access token, as a browser does after its end.
func (b *browser) dropAccess() {
	at, _ := url.Parse(b.url)
	b.Jar.SetCookies(at, []*http.Cookie{{Name: "__Host-access", Path: "/", Secure: true, MaxAge: -1}})
}

var bothCookies = []string{"__Host-access", "__Host-refresh-token"}

func TestBrowserLogin(t *testing.T) {
	s := newService(t, keys.EdDSA, nil, nil)
	for remember, persistent := range map[string]bool{"": false, "on": true} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "https://example.com/login?next=/posts", strings.NewReader("username=ada&password=correct+horse&remember="+remember))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("User-Agent", "Browser/1\x00")
		s.routes().ServeHTTP(w, r)
		cookies := w.Result().Cookies()
		if w.Code != 303 || w.Header().Get("Location") != "/posts" || len(cookies) != 2 {
			t.Fatalf("got %d, %d cookies", w.Code, len(cookies))
		}
		for _, c := range cookies {
			if want := persistent && c.Name == "__Host-refresh-token"; c.MaxAge > 0 != want || !c.HttpOnly || !c.Secure {
				t.Errorf("remember %q: %s has Max-Age %d", remember, c.Name, c.MaxAge)
			}
		}
	}
	list, err := s.List(t.Context(), "ada")
	if err != nil || len(list) != 2 || list[0].Device != "Browser/1" || list[0].Current {
		t.Errorf("%+v, %v", list, err)
	}
	b := s.browser(t)
	if w := b.do("POST", "/login", url.Values{"username": {"ada"}, "password": {"x"}}); w.StatusCode != 401 || len(b.names()) != 0 {
		t.Errorf("a wrong password: %d, %v", w.StatusCode, b.names())
	}
}

// A cookie that does not fit opens no session.
func TestLoginFormTooLarge(t *testing.T) {
	s := newService(t, keys.EdDSA, nil, nil)
	h := s.LoginForm(func(context.Context, *login.Credentials) (login.Grant, error) {
		return login.Grant{Subject: "ada", Custom: map[string]any{"x": strings.Repeat("a", 4096)}}, nil
	}, pages.Form(func(w io.Writer, p *pages.Page) error { fmt.Fprint(w, p.Reason); return nil }))
	r := httptest.NewRequest("POST", "/login", strings.NewReader("username=ada&password=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	list, err := s.List(t.Context(), "ada")
	if w.Code != 500 || w.Body.String() != "cookie_too_large" || len(w.Result().Cookies()) != 0 || len(list) != 0 || err != nil {
		t.Errorf("%d %s, %d cookies, %d sessions, %v", w.Code, w.Body, len(w.Result().Cookies()), len(list), err)
	}
}

// 32 requests of one jar at once make one rotation, and all are answered 200.
func TestParallelRequests(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	b := s.browser(t)
	b.login("on")
	b.dropAccess()
	parallel := func() {
		t.Helper()
		var all sync.WaitGroup
		var good atomic.Int64
		for range 32 {
			all.Go(func() {
				if b.do("GET", "/", nil).StatusCode == 200 {
					good.Add(1)
				}
			})
		}
		all.Wait()
		if good.Load() != 32 {
			t.Errorf("%d of 32 requests were answered 200", good.Load())
		}
	}
	parallel()
	if n := s.store.rotated.Load(); n != 1 {
		t.Errorf("%d rotations, want 1", n)
	}

	// The answer to a refresh is lost, and hours later a page asks 32 times at once.
	at, _ := url.Parse(b.url)
	old := b.Jar.Cookies(at)
	b.dropAccess()
	b.do("GET", "/", nil)
	for _, c := range old {
		c.Path, c.Secure = "/", true
	}
	b.Jar.SetCookies(at, old)
	s.sleep(3 * time.Hour)
	s.seen()
	parallel()
	if n := s.store.rotated.Load(); n != 2 {
		t.Errorf("%d rotations, want 2", n)
	}
	if events := s.seen(); !slices.Contains(events, "refresh late") || slices.Contains(events, "refresh reused") {
		t.Errorf("events %q", events)
	}
}

// An outage is 503 with the cookies untouched; only a certain end deletes them.
func TestRenew(t *testing.T) {
	s := newService(t, keys.EdDSA, nil, nil)
	b := s.browser(t)
	b.login("on")
	if w := b.do("GET", "/", nil); w.StatusCode != 200 || len(w.Header["Set-Cookie"]) != 0 {
		t.Errorf("a fresh token: %d, %d cookies", w.StatusCode, len(w.Header["Set-Cookie"]))
	}
	step := func(name string, status, cookies int, jar []string) {
		t.Helper()
		w := b.do("GET", "/", nil)
		if w.StatusCode != status || len(w.Header["Set-Cookie"]) != cookies || !slices.Equal(b.names(), jar) {
			t.Errorf("%s: %d, %d cookies, the jar has %v", name, w.StatusCode, len(w.Header["Set-Cookie"]), b.names())
		}
	}
	s.sleep(16 * time.Minute)
	s.store.down.Store(true)
	step("the store is down", 503, 0, bothCookies)
	s.store.down.Store(false)
	s.load.Store(failure{fmt.Errorf("directory: %w", login.ErrUnavailable)})
	step("the directory is down", 503, 0, bothCookies)
	s.load.Store(failure{errors.New("an error of the driver")})
	step("the directory fails", 503, 0, bothCookies)
	if n := s.store.rotated.Load(); n != 0 {
		t.Errorf("the outages spent %d generations", n)
	}
	s.load.Store(none)
	step("all is well", 200, 2, bothCookies)
	s.sleep(16 * time.Minute)
	s.allowed.Store([]string{"read", "admin"})
	step("a right was taken away", 403, 2, bothCookies)
	s.sleep(16 * time.Minute)
	s.load.Store(failure{login.ErrUserNotFound})
	step("the user is gone", 401, 2, nil)
	s.load.Store(none)
	step("afterwards", 401, 0, nil)
	if list, _ := s.List(t.Context(), "ada"); len(list) != 0 {
		t.Errorf("%d sessions are left", len(list))
	}
}

// Another site cannot have a token renewed with an unsafe request.
func TestRenewFromAnotherSite(t *testing.T) {
	s := newService(t, keys.EdDSA, nil, nil)
	pair, err := s.Open(t.Context(), grant(t), session.Device{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-refresh-token", Value: pair.Refresh.Reveal()})
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	s.routes().ServeHTTP(w, r)
	if w.Code != 401 || len(w.Result().Cookies()) != 0 || s.store.rotated.Load() != 0 {
		t.Errorf("%d, %d cookies", w.Code, len(w.Result().Cookies()))
	}
}

func grant(t *testing.T) login.Grant {
	g, err := checkAda(t.Context(), &login.Credentials{Username: "ada", Password: "correct horse"})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Logout ends the session by the refresh token when the access token has expired, and
// with it the tokens from before a renewal.
func TestLogout(t *testing.T) {
	s := newService(t, keys.EdDSA, nil, nil)
	for name, expired := range map[string]bool{"fresh": false, "expired": true} {
		b := s.browser(t)
		b.login("on")
		at, _ := url.Parse(b.url)
		before := b.Jar.Cookies(at)
		b.dropAccess()
		b.do("GET", "/", nil) // a renewal
		if expired {
			b.dropAccess()
		}
		if w := b.do("POST", "/logout", nil); w.StatusCode != 200 || len(b.names()) != 0 {
			t.Errorf("%s: %d, %v", name, w.StatusCode, b.names())
		}
		for _, c := range before {
			c.Path, c.Secure = "/", true
		}
		b.Jar.SetCookies(at, before)
		if w := b.do("GET", "/", nil); w.StatusCode != 401 {
			t.Errorf("%s: a token from before the renewal is answered %d", name, w.StatusCode)
		}
		if list, err := s.List(t.Context(), "ada"); len(list) != 0 || err != nil {
			t.Errorf("%s: %d sessions are left, %v", name, len(list), err)
		}
	}
	// By the header alone.
	pair, _ := s.Open(t.Context(), grant(t), session.Device{})
	r := httptest.NewRequest("POST", "/logout", nil)
	r.Header.Set("Authorization", "Bearer "+pair.Access.Reveal())
	s.routes().ServeHTTP(httptest.NewRecorder(), r)
	if _, err := s.Refresh(t.Context(), pair.Refresh.Reveal()); !errors.Is(err, session.ErrEnded) {
		t.Errorf("after the logout of a program: %v", err)
	}
	// Another site ends nothing.
	pair, _ = s.Open(t.Context(), grant(t), session.Device{})
	r = httptest.NewRequest("POST", "/logout", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-refresh-token", Value: pair.Refresh.Reveal()})
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	s.routes().ServeHTTP(w, r)
	if _, err := s.Refresh(t.Context(), pair.Refresh.Reveal()); err != nil || w.Code != 403 {
		t.Errorf("a logout from another site: %d, %v", w.Code, err)
	}
}

type tokenBody struct {
	AccessToken      string  `json:"access_token"`
	TokenType        string  `json:"token_type"`
	ExpiresIn        int     `json:"expires_in"`
	RefreshToken     string  `json:"refresh_token"`
	RefreshExpiresIn int     `json:"refresh_expires_in"`
	Scope            *string `json:"scope"`
	Error            string  `json:"error"`
}

func (s *service) token(t *testing.T, values ...string) (*httptest.ResponseRecorder, tokenBody) {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(values); i += 2 {
		form.Set(values[i], values[i+1])
	}
	r := httptest.NewRequest("POST", "/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.routes().ServeHTTP(w, r)
	var body tokenBody
	if err := jsonv2.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	return w, body
}

func (s *service) refresh(t *testing.T, token string, more ...string) (*httptest.ResponseRecorder, tokenBody) {
	t.Helper()
	return s.token(t, append([]string{"grant_type", "refresh_token", "refresh_token", token}, more...)...)
}

// RFC 6749 section 6.
func TestRefreshGrant(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	_, first := s.token(t, "username", "ada", "password", "correct horse", "remember", "true")
	if first.TokenType != "bearer" || first.ExpiresIn != 900 || first.RefreshExpiresIn != 14*24*3600 || !strings.HasPrefix(first.RefreshToken, "lrt1.") {
		t.Fatalf("the login answers %d, %d, %q", first.ExpiresIn, first.RefreshExpiresIn, first.TokenType)
	}
	w, second := s.refresh(t, first.RefreshToken)
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" || second.Scope == nil || *second.Scope != "read write" {
		t.Fatalf("%d, scope %v", w.Code, second.Scope)
	}
	claims, err := s.Verify(t.Context(), second.AccessToken)
	if err != nil || claims.SessionID == "" {
		t.Fatal(err)
	}
	if at, ok, err := claim.At[int64](claims, "auth_time"); !ok || err != nil || at != noon.Unix() {
		t.Errorf("auth_time %v, %v, %v", at, ok, err)
	}
	if tenant, _, _ := claim.At[string](claims, "tenant"); tenant != "t1" {
		t.Errorf("tenant %q", tenant)
	}
	if _, again := s.refresh(t, first.RefreshToken); again.RefreshToken != second.RefreshToken || s.store.rotated.Load() != 1 {
		t.Error("a retry within the grace has another successor")
	}
	// A scope narrows one access token, and not the session.
	w, narrow := s.refresh(t, second.RefreshToken, "scope", "read")
	if c, err := s.Verify(t.Context(), narrow.AccessToken); w.Code != 200 || err != nil || fmt.Sprint(c.Scopes) != "[read]" {
		t.Errorf("%d, %v", w.Code, err)
	}
	rotated := s.store.rotated.Load()
	if w, body := s.refresh(t, narrow.RefreshToken, "scope", "read admin"); w.Code != 400 || body.Error != "invalid_scope" || s.store.rotated.Load() != rotated {
		t.Errorf("a wider scope: %d %s", w.Code, body.Error)
	}
	if _, wide := s.refresh(t, narrow.RefreshToken); *wide.Scope != "read write" {
		t.Errorf("the scope is %q afterwards", *wide.Scope)
	}
	// Failures.
	for name, token := range map[string]string{"damaged": narrow.RefreshToken[:len(narrow.RefreshToken)-2] + "AA", "an access token": narrow.AccessToken, "a word": "x"} {
		if w, body := s.refresh(t, token); w.Code != 400 || body.Error != "invalid_grant" {
			t.Errorf("%s: %d %s", name, w.Code, body.Error)
		}
	}
	if w, body := s.token(t, "grant_type", "refresh_token"); w.Code != 400 || body.Error != "invalid_request" {
		t.Errorf("no token: %d %s", w.Code, body.Error)
	}
	if w, body := s.token(t, "grant_type", "client_credentials"); w.Code != 400 || body.Error != "unsupported_grant_type" {
		t.Errorf("another grant: %d %s", w.Code, body.Error)
	}
	if w, body := s.token(t, "username", "ada", "password", "x"); w.Code != 400 || body.Error != "invalid_grant" {
		t.Errorf("a wrong password: %d %s", w.Code, body.Error)
	}
	s.store.down.Store(true)
	if w, body := s.refresh(t, narrow.RefreshToken); w.Code != 503 || body.Error != "temporarily_unavailable" || w.Header().Get("Retry-After") == "" {
		t.Errorf("an outage: %d %s", w.Code, body.Error)
	}
	s.store.down.Store(false)
	// The first token is older than the last: the session ends, and that is told once.
	s.seen()
	for range 3 {
		if w, body := s.refresh(t, first.RefreshToken); w.Code != 400 || body.Error != "invalid_grant" {
			t.Errorf("reuse: %d %s", w.Code, body.Error)
		}
	}
	if events := s.seen(); fmt.Sprint(events) != "[refresh reused refresh ended refresh ended]" || s.reuse.Load() != 1 {
		t.Errorf("events %q, told %d times", events, s.reuse.Load())
	}
	if _, err := s.Verify(t.Context(), second.AccessToken); !errors.Is(err, login.ErrRevoked) {
		t.Errorf("an access token of the session: %v", err)
	}
}

// The refresh token of a cookie is exchanged too, and scripts do not see the next.
func TestRefreshGrantByCookie(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	b := s.browser(t)
	b.login("on")
	form := url.Values{"grant_type": {"refresh_token"}}
	r, _ := http.NewRequest("POST", b.url+"/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	text, _ := io.ReadAll(w.Body)
	if w.StatusCode != 200 || len(w.Cookies()) != 2 || strings.Contains(string(text), "lrt1.") {
		t.Errorf("%d, %d cookies", w.StatusCode, len(w.Cookies()))
	}
	if _, err := s.EndAll(t.Context(), "ada", ""); err != nil {
		t.Fatal(err)
	}
	if w := b.do("POST", "/token", form); w.StatusCode != 400 || len(b.names()) != 0 {
		t.Errorf("after the end: %d, %v", w.StatusCode, b.names())
	}
}

// A store that was restored knows an older generation: the client goes on, and a thief
// with the record's token is noticed.
func TestRestoredStore(t *testing.T) {
	key, _ := keys.Generate(keys.HS256)
	s := newReplica(t, key, nil, nil)
	pair, err := s.Open(t.Context(), grant(t), session.Device{})
	if err != nil {
		t.Fatal(err)
	}
	old, _ := s.store.Store.List(t.Context(), "ada", noon)
	first := pair.Refresh.Reveal()
	for range 3 {
		if pair, err = s.Refresh(t.Context(), pair.Refresh.Reveal()); err != nil {
			t.Fatal(err)
		}
	}
	restored := newReplica(t, key, nil, nil)
	if err := restored.store.Create(t.Context(), old[0], noon); err != nil {
		t.Fatal(err)
	}
	restored.seen()
	if _, err := restored.Refresh(t.Context(), pair.Refresh.Reveal()); err != nil || fmt.Sprint(restored.seen()) != "[refresh ahead]" {
		t.Errorf("the owner: %v", err)
	}
	if _, err := restored.Refresh(t.Context(), first); !errors.Is(err, session.ErrReused) {
		t.Errorf("a thief: %v", err)
	}
}

// Sessions are listed, ended one by one and all but the current one, here and at another
// replica.
func TestListAndEnd(t *testing.T) {
	key, _ := keys.Generate(keys.EdDSA)
	store := new(session.Memory)
	change := func(auth *login.Config, _ *session.Config[*user]) { auth.Now = nil }
	here, there := newReplica(t, key, store, change), newReplica(t, key, store, change)
	var pairs []session.Pair
	for range 3 {
		pair, err := here.Open(t.Context(), grant(t), session.Device{Label: "curl"})
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair)
	}
	var current string
	h := here.Handle(func(_ http.ResponseWriter, r *http.Request, p *login.Principal[*user]) {
		list, err := here.List(r.Context(), "ada")
		for _, s := range list {
			if s.Current {
				current += s.ID
			}
		}
		if len(list) != 3 || err != nil {
			t.Errorf("%d sessions, %v", len(list), err)
		}
		if n, err := here.EndAll(r.Context(), "ada", p.Claims.SessionID); n != 2 || err != nil {
			t.Errorf("EndAll: %d, %v", n, err)
		}
	})
	if _, err := there.Verify(t.Context(), pairs[0].Access.Reveal()); err != nil {
		t.Errorf("before the end: %v", err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+pairs[1].Access.Reveal())
	h.ServeHTTP(httptest.NewRecorder(), r)
	if current != pairs[1].Session.ID {
		t.Error("another session is the current one")
	}
	if err := here.End(t.Context(), "eve", pairs[1].Session.ID); err != nil {
		t.Error(err)
	}
	// Run reads the log at once: the other replica has heard of the ends.
	ctx, cancel := context.WithCancel(t.Context())
	wake := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() { defer close(done); there.Feed().Run(ctx, wake) }()
	wake <- struct{}{}
	deadline := time.Now().Add(20 * time.Second)
	for {
		_, err := there.Verify(t.Context(), pairs[0].Access.Reveal())
		if errors.Is(err, login.ErrRevoked) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the other replica has not heard of the end: %v", err)
		}
		select { // the feed reads every second
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
	cancel()
	<-done
	if _, err := there.Refresh(t.Context(), pairs[2].Refresh.Reveal()); !errors.Is(err, session.ErrEnded) {
		t.Errorf("the other replica refreshes an ended session: %v", err)
	}
}

// No access token outlives its session, and no session its lifetime.
func TestAbsoluteEnd(t *testing.T) {
	s := newService(t, keys.HS256, nil, func(_ *login.Config, c *session.Config[*user]) { c.Lifetime = time.Hour })
	pair, err := s.Open(t.Context(), grant(t), session.Device{Remember: true})
	if err != nil || !pair.Refresh.ExpiresAt().Equal(noon.Add(time.Hour)) {
		t.Fatal(err, pair.Refresh.ExpiresAt())
	}
	s.sleep(50 * time.Minute)
	if pair, err = s.Refresh(t.Context(), pair.Refresh.Reveal()); err != nil || !pair.Access.ExpiresAt().Equal(noon.Add(time.Hour)) {
		t.Errorf("%v, expires %v", err, pair.Access.ExpiresAt())
	}
	s.sleep(10 * time.Minute)
	if _, err = s.Refresh(t.Context(), pair.Refresh.Reveal()); !errors.Is(err, session.ErrEnded) {
		t.Errorf("at the end: %v", err)
	}
}

// RFC 9470: a login that is too old is 401, and a refresh does not make it new.
func TestRequireFresh(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	b := s.browser(t)
	b.login("on")
	s.sleep(5 * time.Minute)
	if w := b.do("GET", "/pay", nil); w.StatusCode != 200 {
		t.Errorf("a fresh login: %d", w.StatusCode)
	}
	s.sleep(16 * time.Minute)
	w := b.do("GET", "/pay", nil)
	want := `Bearer error="insufficient_user_authentication", error_description="A more recent login is needed", max_age="300"`
	if w.StatusCode != 401 || w.Header.Get("WWW-Authenticate") != want || len(b.names()) != 2 {
		t.Errorf("an old login: %d %s", w.StatusCode, w.Header.Get("WWW-Authenticate"))
	}
	if events := s.seen(); !slices.Contains(events, "deny login_too_old") {
		t.Errorf("events %q", events)
	}
}

// Neither kind of token passes for the other, nor any change of one bit.
func TestRefreshTokenIsNoAccessToken(t *testing.T) {
	for _, alg := range []keys.Algorithm{keys.HS256, keys.EdDSA, keys.ES256} {
		s := newService(t, alg, nil, nil)
		pair, err := s.Open(t.Context(), grant(t), session.Device{})
		if err != nil {
			t.Fatal(err)
		}
		text := pair.Refresh.Reveal()
		if _, err := s.Verify(t.Context(), text); !errors.Is(err, login.ErrMalformed) {
			t.Errorf("%v: as an access token: %v", alg, err)
		}
		if _, err := s.Refresh(t.Context(), pair.Access.Reveal()); !errors.Is(err, login.ErrMalformed) {
			t.Errorf("%v: an access token as a refresh token: %v", alg, err)
		}
		for i := range text {
			changed := []byte(text)
			changed[i] ^= 1
			if _, err := s.Refresh(t.Context(), string(changed)); !errors.Is(err, login.ErrInvalidToken) {
				t.Errorf("%v: byte %d changed: %v", alg, i, err)
			}
		}
		if shown := fmt.Sprintf("%v %+v %#v %s", pair, pair, pair, pair.Refresh); strings.Contains(shown, "lrt1.") || strings.Contains(shown, "eyJ") {
			t.Errorf("%v: a token is printed", alg)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	key, _ := keys.Generate(keys.HS256)
	load := func(context.Context, string) (*user, error) { return nil, nil }
	good := session.Config[*user]{Store: new(session.Memory)}
	for name, change := range map[string]func(*login.Config, *session.Config[*user]){
		"no store":            func(_ *login.Config, c *session.Config[*user]) { c.Store = nil },
		"revocations":         func(a *login.Config, _ *session.Config[*user]) { a.Revocations = new(revocation.Memory) },
		"a long access token": func(a *login.Config, _ *session.Config[*user]) { a.Lifetime = 25 * time.Hour },
		"a long grace":        func(_ *login.Config, c *session.Config[*user]) { c.Grace = 6 * time.Minute },
		"half of a life":      func(a *login.Config, c *session.Config[*user]) { a.Lifetime, c.Grace = time.Minute, 30*time.Second },
		"idle past the end":   func(_ *login.Config, c *session.Config[*user]) { c.Idle, c.Lifetime = 2*time.Hour, time.Hour },
		"negative times":      func(_ *login.Config, c *session.Config[*user]) { c.Idle = -1 },
		"a cookie's age":      func(_ *login.Config, c *session.Config[*user]) { c.Cookie.MaxAge = time.Hour },
		"origins":             func(_ *login.Config, c *session.Config[*user]) { c.Cookie.AllowCrossOrigin = true },
		"one name for both":   func(a *login.Config, c *session.Config[*user]) { a.Cookie.Name, c.Cookie.Name = "t", "t" },
		"a bad cookie":        func(_ *login.Config, c *session.Config[*user]) { c.Cookie.Name = "a b" },
		"a cookie unread":     func(a *login.Config, c *session.Config[*user]) { a.Locations, c.Cookie.Name = login.InHeader, "t" },
		"the default name for both": func(_ *login.Config, c *session.Config[*user]) {
			c.Cookie.Name, c.Cookie.Insecure = "access-token", true
		},
		"a feed that forgets too early": func(_ *login.Config, c *session.Config[*user]) {
			c.Feed, _ = session.NewFeed(c.Store, session.FeedConfig{Longest: 10 * time.Minute})
		},
		"a key that only verifies": func(_ *login.Config, c *session.Config[*user]) { c.Keys = key.VerificationKey() },
	} {
		auth, config := login.Config{Locations: login.InCookie}, good
		change(&auth, &config)
		if _, err := session.New(key, load, auth, config); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := session.New(key, load, login.Config{Locations: login.InCookie}, good); err != nil {
		t.Error(err)
	}
	good.Keys = key
	if _, err := session.New(key.VerificationKey(), load, login.Config{}, good); !errors.Is(err, keys.ErrNoSigningKey) {
		t.Errorf("access tokens that cannot be signed: %v", err)
	}
}

// A grant whose times are those of one token cannot open a session.
func TestOpenRefuses(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	for name, g := range map[string]login.Grant{
		"an end":       {Subject: "ada", ExpiresAt: noon.Add(time.Hour)},
		"no end":       {Subject: "ada", NeverExpires: true},
		"an ID":        {Subject: "ada", ID: "x"},
		"another sid":  {Subject: "ada", SessionID: "x"},
		"no subject":   {},
		"a long life":  {Subject: "ada", Lifetime: 48 * time.Hour},
		"a list":       {Subject: "ada", Custom: []string{"x"}},
		"its own sid":  {Subject: "ada", Custom: map[string]any{"sid": "x"}},
		"its own SID":  {Subject: "ada", Custom: map[string]any{"SID": "x"}},
		"a bad scope":  {Subject: "ada", Scopes: []string{"a b"}},
		"a type of no": {Subject: "ada", Type: "a b"},
	} {
		if _, err := s.Open(t.Context(), g, session.Device{}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if list, err := s.List(t.Context(), "ada"); len(list) != 0 || err != nil {
		t.Errorf("%d sessions are left, %v", len(list), err)
	}
}
