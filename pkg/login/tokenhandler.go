package login

import (
	"context"
	"fmt"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// maxLoginBytes is the longest login form read.
const maxLoginBytes = 64 << 10

// A PasswordCheck says who logs in, and what for: the grant of a token. For a
// wrong name or password it returns [ErrBadCredentials], whichever of them is
// wrong and after the same work, or the time it takes tells which names exist.
// When it cannot tell it returns an error that matches [ErrUnavailable]. A panic
// is left to the server, and makes no event.
type PasswordCheck = func(ctx context.Context, username, password string) (Grant, error)

// TokenHandler returns the OAuth2 password endpoint (RFC 6749 section 4.3), as
// the login forms of FastAPI's and Swagger's clients use it. It takes a POST
// with a form of username, password, scope and grant_type, of which the last
// two may be absent, and asks check. It answers with the token
//
//	{"access_token":"…","token_type":"bearer","expires_in":900}
//
// and sets the cookie where cookies are read. A scope in the request narrows
// what check grants and never adds to it; then the answer says what was
// granted, in scope, if it is not what was asked for. Errors are those of RFC
// 6749 section 5.2, {"error":"invalid_grant"} for bad credentials.
//
// It panics when check is nil or no key signs.
func (m *Manager[U]) TokenHandler(check PasswordCheck) http.Handler {
	if check == nil {
		panic("login: TokenHandler: there is no function that checks passwords")
	}
	if m.ready() {
		if _, err := m.source.Snapshot().Signer(); err != nil {
			panic("login: TokenHandler: " + err.Error())
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !m.ready() {
			WriteError(w, r, errNotConfigured)
			return
		}
		m.serveLogin(w, r, check)
	})
}

// serveLogin answers one login and tells of it.
func (m *Manager[U]) serveLogin(w http.ResponseWriter, r *http.Request, check PasswordCheck) {
	if r.Method != http.MethodPost {
		refuseMethod(w, r, "POST")
		return
	}
	e := Event{Action: ActionLogin}
	start := m.started()
	answer, err := m.login(w, r, check, &e)
	if m.onEvent != nil {
		e.Err, e.Duration = err, time.Since(start)
		m.send(r.Context(), e)
	}
	if err == nil {
		h := w.Header()
		h.Set("Pragma", "no-cache") // RFC 6749 section 5.1
		writeBody(w, r, http.StatusOK, "application/json", answer)
		return
	}
	m.refuseLogin(w, r, err)
}

// login returns the answer to a good login.
func (m *Manager[U]) login(w http.ResponseWriter, r *http.Request, check PasswordCheck, e *Event) (string, error) {
	// A login from another site would have a visitor act in an attacker's account.
	if m.sources&FromCookie != 0 {
		if err := m.checkOrigin(r); err != nil {
			return "", err
		}
	}
	form, err := m.readLogin(w, r)
	if err != nil {
		return "", err
	}
	grant, err := check(r.Context(), form.username, form.password)
	if err != nil {
		return "", outcome(r.Context(), "checking the password", err, ErrBadCredentials, ErrUserNotFound, ErrForbidden)
	}
	narrowed := form.narrow(&grant)
	token, err := m.Issue(grant)
	if err != nil {
		return "", err
	}
	if m.sources&FromCookie != 0 {
		if err := m.SetCookie(w, token); err != nil {
			return "", fmt.Errorf("setting the cookie: %v", err) // not for the reason that a token may have
		}
	}
	e.Subject, e.TokenID = grant.Subject, token.ID()
	return m.loginAnswer(token, grant.Scopes, narrowed)
}

// loginAnswer is the JSON of RFC 6749 section 5.1.
func (m *Manager[U]) loginAnswer(t Token, scopes []string, narrowed bool) (string, error) {
	answer := struct {
		AccessToken string  `json:"access_token"`
		TokenType   string  `json:"token_type"`
		ExpiresIn   int64   `json:"expires_in,omitzero"`
		Scope       *string `json:"scope,omitzero"`
	}{AccessToken: t.Reveal(), TokenType: "bearer"}
	if expires := t.ExpiresAt(); !expires.IsZero() {
		answer.ExpiresIn = int64(math.Ceil(expires.Sub(m.now()).Seconds()))
	}
	if narrowed {
		scope := strings.Join(scopes, " ")
		answer.Scope = &scope
	}
	body, err := json.Marshal(answer)
	return string(body), err
}

// loginForm is what a client sent.
type loginForm struct {
	username, password string
	scopes             []string
	scoped             bool // scopes were asked for
}

// formError is a form that cannot be served, with its error of RFC 6749
// section 5.2. The text is a constant that the client is told.
type formError struct{ code, text string }

func (e *formError) Error() string        { return "login form: " + e.text }
func (e *formError) Is(target error) bool { return target == ErrBadRequest }

// readLogin reads the form from the body, never from the URL.
func (m *Manager[U]) readLogin(w http.ResponseWriter, r *http.Request) (*loginForm, error) {
	if r.Body != nil { // it never is in a server
		r.Body = http.MaxBytesReader(w, r.Body, maxLoginBytes)
	}
	if err := parseForm(r); err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, name := range []string{"grant_type", "username", "password", "scope"} {
		sent := r.PostForm[name]
		if len(sent) > 1 { // RFC 6749 section 3.2
			return nil, &formError{"invalid_request", "a parameter is sent more than once"}
		}
		if len(sent) == 1 {
			values[name] = sent[0]
		}
	}
	if grant := values["grant_type"]; grant != "" && grant != "password" {
		return nil, &formError{"unsupported_grant_type", "grant_type is not password"}
	}
	form := &loginForm{username: values["username"], password: values["password"], scopes: splitScope(values["scope"])}
	form.scoped = len(form.scopes) > 0
	if form.username == "" || form.password == "" {
		return nil, &formError{"invalid_request", "username or password is missing"}
	}
	if m.checkRequired(form.scopes) != nil {
		return nil, &formError{"invalid_scope", "a scope is malformed or unknown"}
	}
	return form, nil
}

// splitScope splits a scope parameter at spaces, and at nothing else: whatever
// else is no part of a scope is refused with it (RFC 6749 section 3.3).
func splitScope(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' })
}

// parseForm parses the two forms that browsers send. The URL's query, which
// net/http would parse too, is none of its business.
func parseForm(r *http.Request) error {
	address := *r.URL
	address.RawQuery = ""
	defer func(sent *url.URL) { r.URL = sent }(r.URL)
	r.URL = &address
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch kind {
	case "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case "multipart/form-data":
		err = r.ParseMultipartForm(maxLoginBytes)
	default:
		return &formError{"invalid_request", "the body is not a form"}
	}
	if err != nil {
		return &formError{"invalid_request", "the form cannot be read or is too large"}
	}
	return nil
}

// narrow leaves of the grant what was asked for. It reports whether that is
// not all of it.
func (f *loginForm) narrow(g *Grant) bool {
	if !f.scoped {
		return false
	}
	granted := slices.Clone(g.Scopes)
	g.Scopes = slices.DeleteFunc(granted, func(s string) bool { return !slices.Contains(f.scopes, s) })
	return slices.ContainsFunc(f.scopes, func(s string) bool { return !slices.Contains(g.Scopes, s) })
}
