package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/session"
)

// refreshName is the cookie of refresh tokens in these tests.
const refreshName = "__Host-refresh-token"

// open opens a session of ada.
func (s *service) open(t *testing.T) session.Pair {
	t.Helper()
	pair, err := s.Open(t.Context(), grant(t), session.Device{Remember: true})
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// send sends a request with cookies, as name and value in turn.
func (s *service) send(method, path string, cookies ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(cookies); i += 2 {
		r.AddCookie(&http.Cookie{Name: cookies[i], Value: cookies[i+1]})
	}
	w := httptest.NewRecorder()
	s.routes().ServeHTTP(w, r)
	return w
}

// A user ends no session of another one, neither in the store nor in the feed, and the
// feed does not remember sessions that were invented.
func TestEndOfAnotherSubject(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	pair := s.open(t)
	if err := s.End(t.Context(), "eve", pair.Session.ID); err != nil {
		t.Error(err)
	}
	if _, err := s.Verify(t.Context(), pair.Access.Reveal()); err != nil {
		t.Errorf("an access token of ada after eve's End: %v", err)
	}
	if err := s.End(t.Context(), "ada", "invented"); err != nil {
		t.Error(err)
	}
	claims := &login.Claims{SessionID: "invented", IssuedAt: noon, ExpiresAt: noon.Add(time.Minute)}
	if revoked, err := s.Feed().Revoked(t.Context(), claims); revoked || err != nil {
		t.Errorf("an invented session is in the feed: %v, %v", revoked, err)
	}
	if events := s.seen(); slices.Contains(events, "end ok") {
		t.Errorf("events %q", events)
	}
}

// The token of another issuer may have a sid too. Logout revokes it for every replica,
// though its session is not in the store.
func TestLogoutOfAnotherIssuersSession(t *testing.T) {
	key, _ := keys.Generate(keys.HS256)
	store := &session.Memory{Now: func() time.Time { return noon }}
	here, there := newReplica(t, key, store, nil), newReplica(t, key, store, nil)
	g := grant(t)
	g.SessionID = "theirs"
	token, err := here.Issue(g)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/logout", nil)
	r.Header.Set("Authorization", "Bearer "+token.Reveal())
	w := httptest.NewRecorder()
	here.routes().ServeHTTP(w, r)
	if _, err := here.Verify(t.Context(), token.Reveal()); w.Code != 200 || !errors.Is(err, login.ErrRevoked) {
		t.Errorf("here: %d, %v", w.Code, err)
	}
	if err := there.Feed().Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := there.Verify(t.Context(), token.Reveal()); !errors.Is(err, login.ErrRevoked) {
		t.Errorf("there: %v", err)
	}
}

// A neighbouring host plants a refresh token of its own session. Deleting ours would
// leave the browser with that one, so nothing is deleted and nothing renewed.
func TestPlantedRefreshToken(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	ours, planted := s.open(t), s.open(t)
	cookies := []string{refreshName, planted.Refresh.Reveal(), refreshName, ours.Refresh.Reveal()}
	if w := s.send("GET", "/", cookies...); w.Code != 400 || len(w.Result().Cookies()) != 0 {
		t.Errorf("a page: %d, %d cookies", w.Code, len(w.Result().Cookies()))
	}
	r := httptest.NewRequest("POST", "/token", strings.NewReader("grant_type=refresh_token"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", fmt.Sprintf("%s=%s; %s=%s", refreshName, planted.Refresh.Reveal(), refreshName, ours.Refresh.Reveal()))
	w := httptest.NewRecorder()
	s.routes().ServeHTTP(w, r)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "invalid_request") || len(w.Result().Cookies()) != 0 {
		t.Errorf("the token endpoint: %d %s", w.Code, w.Body)
	}
	if s.store.rotated.Load() != 0 {
		t.Error("a session was rotated")
	}
	// The user who logs out is out of both.
	if w := s.send("POST", "/logout", cookies...); w.Code != 200 {
		t.Errorf("logout: %d", w.Code)
	}
	for _, pair := range []session.Pair{ours, planted} {
		if _, err := s.Refresh(t.Context(), pair.Refresh.Reveal()); !errors.Is(err, session.ErrEnded) {
			t.Errorf("after the logout: %v", err)
		}
	}
}

// The key of access tokens goes in an emergency. Refresh tokens have another one, and
// browsers go on though they keep the old access token. A revoked one is not renewed.
func TestRenewAfterTheKeyIsGone(t *testing.T) {
	old, _ := keys.Generate(keys.ES256)
	next, _ := keys.Generate(keys.ES256)
	long, _ := keys.Generate(keys.HS256)
	store := &session.Memory{Now: func() time.Time { return noon }}
	separate := func(_ *login.Config, c *session.Config[*user]) { c.Keys = long }
	before, after := newReplica(t, old, store, separate), newReplica(t, next, store, separate)
	pair := before.open(t)
	w := after.send("GET", "/", "__Host-access", pair.Access.Reveal(), refreshName, pair.Refresh.Reveal())
	if w.Code != 200 || len(w.Result().Cookies()) != 2 {
		t.Errorf("%d, %d cookies", w.Code, len(w.Result().Cookies()))
	}
	pair = after.open(t)
	if err := after.Feed().Revoke(t.Context(), claimsOf(t, after, pair)); err != nil {
		t.Fatal(err)
	}
	w = after.send("GET", "/", "__Host-access", pair.Access.Reveal(), refreshName, pair.Refresh.Reveal())
	if w.Code != 401 || len(w.Result().Cookies()) != 0 {
		t.Errorf("a revoked token: %d, %d cookies", w.Code, len(w.Result().Cookies()))
	}
}

func claimsOf(t *testing.T, s *service, pair session.Pair) *login.Claims {
	t.Helper()
	c, err := s.Verify(t.Context(), pair.Access.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A thief who hangs up at once does not keep the reuse a secret.
func TestReuseIsToldThoughTheClientLeaves(t *testing.T) {
	s := newService(t, keys.HS256, nil, func(_ *login.Config, c *session.Config[*user]) {
		tell := c.OnReuse
		c.OnReuse = func(ctx context.Context, of session.Session) {
			if ctx.Err() == nil {
				tell(ctx, of)
			}
		}
	})
	first := s.open(t)
	pair := first
	for range 2 {
		var err error
		if pair, err = s.Refresh(t.Context(), pair.Refresh.Reveal()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	s.store.onStep = leave
	if _, err := s.Refresh(ctx, first.Refresh.Reveal()); !errors.Is(err, session.ErrReused) || s.reuse.Load() != 1 {
		t.Errorf("%v, told %d times", err, s.reuse.Load())
	}
	// One who has left before spends nothing, and is not an outage for the operator.
	pair = s.open(t)
	s.seen()
	rotated := s.store.rotated.Load()
	if _, err := s.Refresh(ctx, pair.Refresh.Reveal()); !errors.Is(err, login.ErrUnavailable) || s.store.rotated.Load() != rotated {
		t.Errorf("a client that left: %v", err)
	}
	if events := s.seen(); !slices.Equal(events, []string{"refresh canceled"}) {
		t.Errorf("events %q", events)
	}
}

// The store reads from a replica that lags: the rotation decides, the user is loaded
// all the same, and no right comes back.
func TestRefreshFromALaggingReplica(t *testing.T) {
	s := newService(t, keys.HS256, nil, func(_ *login.Config, c *session.Config[*user]) { c.Grace, c.Late = -1, -1 })
	pair := s.open(t)
	s.store.lagging.Store(true)
	s.allowed.Store([]string{"read"})
	pair, err := s.Refresh(t.Context(), pair.Refresh.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if c := claimsOf(t, s, pair); !slices.Equal(c.Scopes, []string{"read"}) {
		t.Errorf("scopes %q", c.Scopes)
	}
	s.load.Store(failure{login.ErrUserNotFound})
	if _, err := s.Refresh(t.Context(), pair.Refresh.Reveal()); !errors.Is(err, session.ErrEnded) {
		t.Errorf("a user who is gone: %v", err)
	}
	s.store.lagging.Store(false)
	if list, err := s.List(t.Context(), "ada"); len(list) != 0 || err != nil {
		t.Errorf("%d sessions are left, %v", len(list), err)
	}
}

// A session whose idle time is shorter than an access token's life can be refreshed
// before it ends.
func TestShortIdleTime(t *testing.T) {
	s := newService(t, keys.HS256, nil, func(_ *login.Config, c *session.Config[*user]) { c.Idle = 10 * time.Minute })
	pair := s.open(t)
	if !pair.Access.ExpiresAt().Equal(pair.Refresh.ExpiresAt()) {
		t.Errorf("the access token expires at %v, the session at %v", pair.Access.ExpiresAt(), pair.Refresh.ExpiresAt())
	}
}

// Events say which client, which session and how it came.
func TestEventsOfSessions(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	form := "username=ada&password=correct+horse"
	var ids []string
	for _, path := range []string{"/token", "/login"} {
		r := httptest.NewRequest("POST", path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = "192.0.2.7:1"
		s.routes().ServeHTTP(httptest.NewRecorder(), r)
		e := s.last
		if e.Action != "login" || e.SessionID == "" || e.TokenID == "" || e.Subject != "ada" || e.RemoteAddr != r.RemoteAddr || e.Pattern != path || e.Method != "POST" {
			t.Errorf("%s: %+v", path, e)
		}
		ids = append(ids, e.SessionID)
	}
	if list, _ := s.List(t.Context(), "ada"); len(list) != 2 || !slices.Contains(ids, list[0].ID) || !slices.Contains(ids, list[1].ID) {
		t.Errorf("the events name other sessions than the list")
	}
	pair := s.open(t)
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: refreshName, Value: pair.Refresh.Reveal()})
	s.seen()
	s.routes().ServeHTTP(httptest.NewRecorder(), r)
	if events := s.seen(); !slices.Contains(events, "refresh rotated") {
		t.Errorf("events %q", events)
	}
	r = httptest.NewRequest("POST", "/logout", nil)
	r.Header.Set("Authorization", "Bearer "+pair.Access.Reveal())
	s.routes().ServeHTTP(httptest.NewRecorder(), r)
	if events := s.seen(); !slices.Contains(events, "end ok") {
		t.Errorf("a logout by the access token has the events %q", events)
	}
}

// Keys that cannot sign for a while are an outage, and no session is lost or left behind.
func TestSetWithoutASigner(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	key, _ := keys.Generate(keys.EdDSA)
	set := &switching{key}
	m, err := session.New(set, login.ClaimsOnly, login.Config{}, session.Config[*login.Claims]{Store: s.store})
	if err != nil {
		t.Fatal(err)
	}
	pair, err := m.Open(t.Context(), login.Grant{Subject: "bob"}, session.Device{})
	if err != nil {
		t.Fatal(err)
	}
	set.Source = key.VerificationKey()
	if _, err := m.Refresh(t.Context(), pair.Refresh.Reveal()); !errors.Is(err, login.ErrUnavailable) {
		t.Errorf("a refresh: %v", err)
	}
	if _, err := m.Open(t.Context(), login.Grant{Subject: "bob"}, session.Device{}); !errors.Is(err, login.ErrUnavailable) {
		t.Errorf("a login: %v", err)
	}
	if list, err := m.List(t.Context(), "bob"); len(list) != 1 || err != nil {
		t.Errorf("%d sessions, want 1: %v", len(list), err)
	}
	set.Source = key
	if _, err := m.Refresh(t.Context(), pair.Refresh.Reveal()); err != nil {
		t.Errorf("the same token afterwards: %v", err)
	}
}

// switching is a source whose keys change.
type switching struct{ keys.Source }

// A record has neither the signature of the refresh token nor a text of which one could
// be made: a reader of the store needs the key.
func TestStoreKeepsNoSecret(t *testing.T) {
	s := newService(t, keys.HS256, nil, nil)
	pair := s.open(t)
	rec, found, err := s.store.Get(t.Context(), "ada", pair.Session.ID)
	if !found || err != nil {
		t.Fatal(found, err)
	}
	shown := fmt.Sprintf("%+v %s", rec, rec.Data)
	for _, token := range []string{pair.Refresh.Reveal(), pair.Access.Reveal()} {
		parts := strings.Split(token, ".")
		if strings.Contains(shown, parts[len(parts)-1]) {
			t.Error("the record has the signature of a token")
		}
	}
	// Another key, and all that the record has: the token is not the same.
	thief := newService(t, keys.HS256, s.store.Store, nil)
	if _, err := thief.Refresh(t.Context(), pair.Refresh.Reveal()); !errors.Is(err, login.ErrInvalidToken) {
		t.Errorf("a service with another key: %v", err)
	}
}

// TestSubjectsByAnotherName: ending sessions by a name that their tokens do not have as
// sub would miss them, so such a configuration is refused.
func TestSubjectsByAnotherName(t *testing.T) {
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	for name, config := range map[string]login.Config{
		"SubjectClaim": {SubjectClaim: "email"},
		"SubjectOf":    {SubjectOf: func(c *login.Claims) (string, error) { return "own:" + c.Subject, nil }},
	} {
		_, err := session.New(key, login.ClaimsOnly, config, session.Config[*login.Claims]{Store: &session.Memory{}})
		if err == nil || !strings.Contains(err.Error(), "sessions are kept by the sub") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
