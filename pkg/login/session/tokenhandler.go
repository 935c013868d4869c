package session

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
	"github.com/loginctl/loginctl/pkg/login/internal/grammar"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// TokenHandler is that of [login.Manager] with sessions. A login opens one, for
// Config.Idle if the form has remember=true, and otherwise for Config.Brief. The answer
// has two members more, and if cookies are read both are set:
//
//	{…,"refresh_token":"…","refresh_expires_in":1209600}
//
// With grant_type=refresh_token it exchanges the refresh_token of the form (RFC 6749
// section 6), or without one that in the cookie, which is then not in the answer. A scope
// narrows the new access token alone; one that the login did not grant is invalid_scope.
// A session that is over is invalid_grant with 400, and its cookies are deleted. An
// outage is 503, and the cookies stay.
//
// TokenHandler panics if check is nil.
func (m *Manager[U]) TokenHandler(check login.PasswordCheck) http.Handler {
	if check == nil {
		panic("session: TokenHandler: there is no function that checks passwords")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			answer.Method(w, r, "POST")
			return
		}
		tokens, err := m.exchange(w, r, check)
		if err == nil {
			err = tokens.Write(w, r)
		}
		if err != nil {
			m.refuse(w, r, err)
		}
	})
}

// exchange returns the tokens for a form.
func (m *Manager[U]) exchange(w http.ResponseWriter, r *http.Request, check login.PasswordCheck) (*oauth.Tokens, error) {
	start := time.Now()
	form, err := m.readForm(w, r)
	if err == nil && form.GrantType == "refresh_token" {
		return m.exchangeRefresh(w, r, form)
	}
	var pair Pair
	narrowed := false
	if err == nil {
		var g login.Grant
		if g, err = m.checkPassword(r, form, check); err == nil {
			g.Scopes, narrowed = form.Narrow(g.Scopes)
			pair, err = m.openWithCookies(r.Context(), w, g, m.device(r, form.Others))
		}
	}
	m.reportLogin(r, start, pair, err)
	if err != nil {
		return nil, err
	}
	tokens := m.tokens(pair)
	if narrowed {
		tokens.SetScope(pair.Session.Scopes)
	}
	return tokens, nil
}

// tokens is the answer with a pair.
func (m *Manager[U]) tokens(pair Pair) *oauth.Tokens {
	now := m.now()
	return &oauth.Tokens{
		AccessToken: pair.Access.Reveal(), ExpiresIn: oauth.Seconds(pair.Access.ExpiresAt(), now),
		RefreshToken: pair.Refresh.Reveal(), RefreshExpiresIn: oauth.Seconds(pair.Refresh.ExpiresAt(), now),
	}
}

// readForm reads a form of this site whose scopes are known.
func (m *Manager[U]) readForm(w http.ResponseWriter, r *http.Request) (*oauth.Form, error) {
	if err := m.checkOrigin(r); err != nil {
		return nil, err
	}
	form, err := oauth.ReadForm(w, r)
	if err != nil {
		return nil, err
	}
	for _, scope := range form.Scopes {
		_, declared := m.auth.Scopes[scope]
		if grammar.CheckScope(scope) != nil || m.auth.Scopes != nil && !declared {
			return nil, oauth.ErrScope
		}
	}
	return form, nil
}

// checkPassword returns the grant for a good login. Only the expected failures of a
// check keep their meaning.
func (m *Manager[U]) checkPassword(r *http.Request, form *oauth.Form, check login.PasswordCheck) (login.Grant, error) {
	switch {
	case form.GrantType != "" && form.GrantType != "password":
		return login.Grant{}, oauth.ErrUnsupportedGrant
	case form.Username == "" || form.Password == "":
		return login.Grant{}, oauth.ErrNoPassword
	}
	g, err := check(r.Context(), &login.Credentials{
		Username: form.Username, Password: form.Password, Scopes: form.Scopes, Others: form.Others, Request: r,
	})
	if err == nil {
		return g, nil
	}
	if r.Context().Err() != nil {
		return login.Grant{}, unavailable("checking the password", err)
	}
	switch login.Reason(err) {
	case "unavailable", "bad_credentials", "user_not_found", "forbidden", "locked", "too_many_requests":
		return login.Grant{}, fmt.Errorf("checking the password: %w", err)
	}
	return login.Grant{}, fmt.Errorf("checking the password: %v", err)
}

// device describes the client of a form.
func (m *Manager[U]) device(r *http.Request, form url.Values) Device {
	remember := false
	switch form.Get("remember") {
	case "true", "on", "1": // "on" is the value of a checkbox
		remember = true
	}
	return Device{Label: m.config.Device(r), Remember: remember}
}

// exchangeRefresh returns the next tokens of a session.
func (m *Manager[U]) exchangeRefresh(w http.ResponseWriter, r *http.Request, form *oauth.Form) (*oauth.Tokens, error) {
	token, byCookie := form.RefreshToken, form.RefreshToken == ""
	var err error
	if byCookie {
		if token, _, err = m.refreshCookie(r); errors.Is(err, login.ErrNoToken) {
			return nil, &oauth.FormError{Code: "invalid_request", Text: "refresh_token is missing"}
		}
	}
	var pair Pair
	var scopes []string
	if err == nil {
		e := eventOf("refresh", r)
		if byCookie {
			e.Location = login.InCookie
		}
		pair, scopes, err = m.refresh(r.Context(), token, form.Scopes, e)
	}
	if byCookie {
		switch {
		case err == nil:
			err = m.SetCookies(w, pair)
		case errors.Is(err, login.ErrInvalidToken):
			m.clearCookies(w)
		}
	}
	if err != nil {
		return nil, err
	}
	tokens := m.tokens(pair)
	if byCookie {
		tokens.RefreshToken = "" // scripts need not see it
	}
	tokens.SetScope(scopes)
	return tokens, nil
}

// refuse answers as RFC 6749 has it, or as fastapi-login does.
func (m *Manager[U]) refuse(w http.ResponseWriter, r *http.Request, err error) {
	reason, status := login.Reason(err), login.Status(err)
	if m.fastAPI && (reason == "bad_credentials" || reason == "user_not_found" || reason == "forbidden") {
		login.WriteFastAPIError(w, r, err)
		return
	}
	var after time.Duration
	if retry, ok := errors.AsType[*login.RetryError](err); ok {
		after = retry.After
	}
	oauth.RefusalOf(err, reason, status).Write(w, r, oauth.RetryAfter(status, after))
}

// LoginForm is that of [login.Manager] with sessions: a good login opens one and sets
// both cookies. A checkbox of the name remember makes it last.
func (m *Manager[U]) LoginForm(check login.PasswordCheck, show func(w http.ResponseWriter, r *http.Request, err error) error) http.Handler {
	if check == nil {
		panic("session: LoginForm: there is no function that checks passwords")
	}
	m.Manager.LoginForm(check, show) // panics on a mistake
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		open := func(ctx context.Context, c *login.Credentials) (login.Grant, error) {
			g, err := check(ctx, c)
			if err != nil {
				return g, err
			}
			return m.openForForm(w, r, g, c)
		}
		m.Manager.LoginForm(open, show).ServeHTTP(w, r)
	})
}

// openForForm opens a session for a login whose access token the manager inside will
// issue, by the grant that it returns.
func (m *Manager[U]) openForForm(w http.ResponseWriter, r *http.Request, g login.Grant, c *login.Credentials) (login.Grant, error) {
	g.Scopes, _ = (&oauth.Form{Scopes: c.Scopes}).Narrow(g.Scopes)
	rec, err := m.record(g, m.device(r, c.Others))
	if err != nil {
		return login.Grant{}, err
	}
	pair, err := m.pair(rec, rec.Scopes)
	if err != nil {
		return login.Grant{}, err
	}
	made, _, err := grantOf(rec)
	if err != nil {
		return login.Grant{}, err
	}
	made.Lifetime, made.ExpiresAt = 0, pair.Access.ExpiresAt()
	// A token that does not fit into its cookie: the manager inside says so, and there
	// is no session without a cookie.
	trial := answerHeader{}
	if err := m.SetCookies(trial, pair); err != nil {
		return made, nil
	}
	if err := m.config.Store.Create(r.Context(), rec, m.now()); err != nil {
		return login.Grant{}, unavailable("opening a session", err)
	}
	if err := m.SetCookies(w, pair); err != nil { // the same as before
		return login.Grant{}, err
	}
	return made, nil
}

// answerHeader is an answer that is not sent.
type answerHeader http.Header

func (h answerHeader) Header() http.Header         { return http.Header(h) }
func (h answerHeader) Write(b []byte) (int, error) { return len(b), nil }
func (h answerHeader) WriteHeader(int)             {}

// RequireFresh returns middleware that admits a request with a valid token of a known
// user who logged in at most maxAge ago, for a page that changes the password or pays. It
// goes by the claim auth_time; a refresh does not renew it. The answer to an older login
// is 401 with insufficient_user_authentication and max_age (RFC 9470 section 3);
// Redirect of package pages sends a browser to the login page.
//
// RequireFresh panics if maxAge is shorter than a second, and on a scope as Require does.
func (m *Manager[U]) RequireFresh(maxAge time.Duration, scopes ...string) func(http.Handler) http.Handler {
	if maxAge < time.Second {
		panic("session: RequireFresh: give a time of at least a second")
	}
	require := m.Require(scopes...)
	return func(next http.Handler) http.Handler {
		if next == nil {
			panic("session: RequireFresh: the handler is nil")
		}
		return require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p, err := m.Principal(r.Context())
			if err == nil && !isFresh(p.Claims, m.now(), maxAge) {
				err = &oauth.StaleLogin{MaxAge: maxAge}
			}
			if err != nil {
				m.Deny(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
		}))
	}
}

// isFresh reports whether auth_time is at most maxAge ago. A date that is more than a
// minute ahead, as clocks differ, is not a date of a login.
func isFresh(c *login.Claims, now time.Time, maxAge time.Duration) bool {
	seconds, ok, err := claim.At[float64](c, "auth_time")
	if !ok || err != nil || math.Abs(seconds) > 1<<40 {
		return false
	}
	ago := now.Sub(time.Unix(int64(seconds), 0))
	return ago <= maxAge && ago >= -time.Minute
}
