package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
	"github.com/loginctl/loginctl/pkg/login/internal/browser"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// A PasswordCheck returns the grant for the token of a user who logs in. It returns
// [ErrBadCredentials] for a wrong name as well as for a wrong password, after the same
// work: otherwise timing reveals which usernames exist. After too many attempts, and
// for an account that is locked, it returns a [*RetryError]. If it cannot tell, it
// returns an error that matches [ErrUnavailable]. A panic is left to the server and
// sends no event.
type PasswordCheck = func(ctx context.Context, c *Credentials) (Grant, error)

// Credentials are the content of a login form. Every way to print them writes
// "[redacted]".
type Credentials struct {
	redacted

	Username, Password string
	// Scopes are those that the client asks for; nil if it asks for none.
	Scopes []string
	// Others are the other parameters of the form, such as a one-time code or a
	// tenant. Those of the URL are not among them.
	Others url.Values
	// Request is the request. Its body is read already.
	Request *http.Request
}

// TokenHandler returns the OAuth2 password endpoint (RFC 6749 section 4.3), which the
// login forms of FastAPI's and Swagger's clients use. It accepts a POST with a form or
// a JSON object of username, password, scope and grant_type, of which the last two may
// be absent, and calls check. It answers with the token
//
//	{"access_token":"…","token_type":"bearer","expires_in":900}
//
// and sets the cookie if cookies are read. A scope in the request narrows the scopes
// of the grant and never adds to them. If the granted scopes are not the requested
// ones, the answer has them in scope. Errors are those of RFC 6749 section 5.2:
// {"error":"invalid_grant"} for bad credentials, which is the answer of
// [WriteFastAPIError] if [Config.OnError] is that function.
//
// While the keys cannot sign, the answer is 503. TokenHandler panics if check is nil.
func (m *Manager[U]) TokenHandler(check PasswordCheck) http.Handler {
	m.mustLogIn("TokenHandler", check)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !m.ready() {
			WriteError(w, r, errNotConfigured)
			return
		}
		if r.Method != http.MethodPost {
			answer.Method(w, r, "POST")
			return
		}
		tokens, err := m.logIn(w, r, check)
		if err == nil {
			err = tokens.Write(w, r)
		}
		if err != nil {
			m.refuseLogin(w, r, err)
		}
	})
}

// mustLogIn panics unless there is a function that checks passwords.
func (m *Manager[U]) mustLogIn(method string, check PasswordCheck) {
	if check == nil {
		panic("login: " + method + ": there is no function that checks passwords")
	}
}

// Login logs the user of g in, for a login page or another proof of identity that is
// your own. It refuses a form of another site with [ErrCrossOrigin] if cookies are
// read, issues the token, sets the cookie if cookies are read, and sends the event.
// Call it before the answer is written. With an error, which [Manager.Deny] answers,
// there is no cookie.
func (m *Manager[U]) Login(w http.ResponseWriter, r *http.Request, g Grant) (Token, error) {
	if !m.ready() {
		return Token{}, errNotConfigured
	}
	start := time.Now()
	var token Token
	err := m.checkLoginOrigin(r)
	if err == nil {
		token, err = m.issueCookie(w, r, g)
	}
	m.reportLogin(r, start, g, token, err)
	if err != nil {
		return Token{}, &reportedError{err}
	}
	return token, nil
}

// logIn checks a password, issues the token and sends the event.
func (m *Manager[U]) logIn(w http.ResponseWriter, r *http.Request, check PasswordCheck) (*oauth.Tokens, error) {
	start := time.Now()
	var token Token
	grant, narrowed, err := m.checkLogin(w, r, check)
	if err == nil {
		token, err = m.issueCookie(w, r, grant)
	}
	m.reportLogin(r, start, grant, token, err)
	if err != nil {
		return nil, err
	}
	tokens := &oauth.Tokens{AccessToken: token.Reveal(), ExpiresIn: oauth.Seconds(token.ExpiresAt(), m.now())}
	if narrowed {
		tokens.SetScope(grant.Scopes)
	}
	return tokens, nil
}

// checkLogin returns the grant for a good login. It reports whether a scope that was
// asked for is not granted.
func (m *Manager[U]) checkLogin(w http.ResponseWriter, r *http.Request, check PasswordCheck) (g Grant, narrowed bool, err error) {
	if err := m.checkLoginOrigin(r); err != nil {
		return Grant{}, false, err
	}
	form, err := oauth.ReadForm(w, r)
	switch {
	case err != nil:
		return Grant{}, false, err
	case form.GrantType != "" && form.GrantType != "password":
		return Grant{}, false, oauth.ErrUnsupportedGrant
	case form.Username == "" || form.Password == "":
		return Grant{}, false, oauth.ErrNoPassword
	case m.checkScopes(form.Scopes) != nil:
		return Grant{}, false, oauth.ErrScope
	}
	g, err = check(r.Context(), &Credentials{
		Username: form.Username, Password: form.Password, Scopes: slices.Clone(form.Scopes), Others: form.Others, Request: r,
	})
	if err != nil {
		return Grant{}, false, callbackError(r.Context(), "checking the password", err, ErrBadCredentials, ErrUserNotFound, ErrForbidden)
	}
	g.Scopes, narrowed = form.Narrow(g.Scopes)
	return g, narrowed, nil
}

// checkLoginOrigin refuses a login from another site: the visitor would then act in an
// attacker's account.
func (m *Manager[U]) checkLoginOrigin(r *http.Request) error {
	if m.locations&InCookie == 0 {
		return nil
	}
	return m.checkOrigin(r)
}

// issueCookie issues a token, and sets the cookie if cookies are read.
func (m *Manager[U]) issueCookie(w http.ResponseWriter, r *http.Request, g Grant) (Token, error) {
	token, err := m.Issue(g)
	if errors.Is(err, keys.ErrNoSigningKey) { // a set may have one again in a minute
		return Token{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if err != nil || m.locations&InCookie == 0 {
		return token, err
	}
	if err := m.SetCookie(w, token); err != nil {
		if _, dropped := errors.AsType[*cookieError](err); dropped {
			return Token{}, fmt.Errorf("setting the cookie: %w", err)
		}
		return Token{}, fmt.Errorf("setting the cookie: %v", err) // not %w: Reason must not find the failure of a token
	}
	if !m.cookie.Insecure && browser.IsPlainHTTP(r) {
		e := Event{Action: "cookie", Err: errPlainHTTP}
		e.describeRequest(r)
		e.send(r.Context(), m.onEvent)
	}
	return token, nil
}

// errPlainHTTP is told to the operator. The visitor would come back to the login page
// again and again.
var errPlainHTTP = &cookieError{"cookie_dropped",
	"the browser shows the service over plain http and drops the cookie, which is Secure: serve https, or set Cookie.Insecure for development"}

// reportLogin sends the event of a login.
func (m *Manager[U]) reportLogin(r *http.Request, start time.Time, g Grant, t Token, err error) {
	e := Event{Action: "login", Err: err, Duration: time.Since(start)}
	e.describeRequest(r)
	if err == nil {
		e.Subject, e.TokenID, e.SessionID = g.Subject, t.ID(), g.SessionID
	}
	e.send(r.Context(), m.onEvent)
}

// refuseLogin answers as RFC 6749 has it, or as fastapi-login does.
func (m *Manager[U]) refuseLogin(w http.ResponseWriter, r *http.Request, err error) {
	reason := Reason(err)
	if clientGone(r.Context(), err) || m.fastAPI && isWrongLogin(reason) {
		m.answer(w, r, err)
		return
	}
	oauth.RefusalOf(err, reason, Status(err)).Write(w, r, retryAfter(err))
}

// isWrongLogin reports whether a name or password was wrong. The answers to these are
// alike.
func isWrongLogin(reason string) bool {
	return reason == "bad_credentials" || reason == "user_not_found" || reason == "forbidden"
}

// LoadUser returns the user for whom g would be issued, as a guard finds it behind a
// token of g: for a job that a user left behind, or before another token is issued. The
// loader finds the claims of g, and its errors mean the same as in a guard.
func (m *Manager[U]) LoadUser(ctx context.Context, g Grant) (user U, err error) {
	if !m.ready() {
		return user, errNotConfigured
	}
	_, text, err := m.issuer.Preview(g)
	if err != nil {
		return user, err
	}
	s := m.newState(ctx, credential{})
	s.claims = new(Claims)
	types, err := readClaims(string(text), s.claims)
	if err != nil {
		return user, err
	}
	if m.verifier.claimRules.used {
		m.verifier.claimRules.read(s.claims, &types)
	}
	if err := s.authorize(scopeRule{}, true); err != nil {
		return user, err
	}
	return s.user, nil
}
