package login

import (
	"context"
	"errors"
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

// A PasswordCheck returns the grant for the token of a user who logs in. It returns
// [ErrBadCredentials] for a wrong name as well as for a wrong password, after the same
// work: otherwise timing reveals which usernames exist. If it cannot tell, it returns
// an error that matches [ErrUnavailable]. A panic is left to the server and sends no
// event.
type PasswordCheck = func(ctx context.Context, username, password string) (Grant, error)

// TokenHandler returns the OAuth2 password endpoint (RFC 6749 section 4.3), which the
// login forms of FastAPI's and Swagger's clients use. It accepts a POST with a form
// of username, password, scope and grant_type, of which the last two may be absent,
// and calls check. It answers with the token
//
//	{"access_token":"…","token_type":"bearer","expires_in":900}
//
// and sets the cookie if cookies are read. A scope in the request narrows the scopes
// of the grant and never adds to them. If the granted scopes are not the requested
// ones, the answer has them in scope. Errors are those of RFC 6749 section 5.2:
// {"error":"invalid_grant"} for bad credentials.
//
// TokenHandler panics if check is nil or the keys cannot sign.
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

// serveLogin answers one login and sends its event.
func (m *Manager[U]) serveLogin(w http.ResponseWriter, r *http.Request, check PasswordCheck) {
	if r.Method != http.MethodPost {
		refuseMethod(w, r, "POST")
		return
	}
	start := time.Now()
	e := Event{Action: "login"}
	e.describeRequest(r)
	answer, err := m.login(w, r, check, &e)
	e.Err, e.Duration = err, time.Since(start)
	e.send(r.Context(), m.onEvent)
	if err != nil {
		m.refuseLogin(w, r, err)
		return
	}
	w.Header().Set("Pragma", "no-cache") // RFC 6749 section 5.1
	writeBody(w, r, http.StatusOK, "application/json", answer)
}

// login returns the answer to a good login.
func (m *Manager[U]) login(w http.ResponseWriter, r *http.Request, check PasswordCheck, e *Event) (string, error) {
	// After a login from another site, the visitor would act in an attacker's account.
	if m.locations&InCookie != 0 {
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
		return "", callbackError(r.Context(), "checking the password", err, ErrBadCredentials, ErrUserNotFound, ErrForbidden)
	}
	narrowed := form.narrow(&grant)
	token, err := m.Issue(grant)
	if err != nil {
		return "", err
	}
	if m.locations&InCookie != 0 {
		if err := m.SetCookie(w, token); err != nil {
			return "", fmt.Errorf("setting the cookie: %v", err) // not %w: Reason must not find the failure of a token
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

// refuseLogin answers with an error of RFC 6749 section 5.2, or with a code of its
// section 4.1.2.1 for errors that are not in the former.
func (m *Manager[U]) refuseLogin(w http.ResponseWriter, r *http.Request, err error) {
	if clientGone(r.Context(), err) {
		m.answer(w, r, err)
		return
	}
	status, code, text := loginAnswerTo(err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.Header().Set("Pragma", "no-cache")
	writeBody(w, r, status, "application/json", `{"error":"`+code+`","error_description":"`+text+`"}`)
}

// loginAnswerTo maps errors to answers. The texts are constants.
func loginAnswerTo(err error) (status int, code, text string) {
	if form, ok := errors.AsType[*formError](err); ok {
		return http.StatusBadRequest, form.code, form.text
	}
	switch status := Status(err); {
	case status == http.StatusServiceUnavailable:
		return status, "temporarily_unavailable", "try again later"
	case errors.Is(err, ErrCrossOrigin):
		return status, "access_denied", "cross-origin request refused"
	case errors.Is(err, ErrBadCredentials), errors.Is(err, ErrUserNotFound), errors.Is(err, ErrForbidden):
		return http.StatusBadRequest, "invalid_grant", "username or password is wrong"
	}
	return http.StatusInternalServerError, "server_error", "internal server error"
}

// maxLoginBytes is the longest login form that is read.
const maxLoginBytes = 64 << 10

// loginForm is the form of a client that logs in.
type loginForm struct {
	username, password string
	scopes             []string
	scoped             bool // scopes were requested
}

// formError is the failure of a form, with its code of RFC 6749 section 5.2. The
// client receives the text, which is a constant.
type formError struct{ code, text string }

func (e *formError) Error() string        { return "login form: " + e.text }
func (e *formError) Is(target error) bool { return target == ErrBadRequest }

// readLogin reads the form from the body, never from the URL.
func (m *Manager[U]) readLogin(w http.ResponseWriter, r *http.Request) (*loginForm, error) {
	if r.Body != nil { // a server always sets it
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
	form := &loginForm{username: values["username"], password: values["password"], scopes: strings.FieldsFunc(values["scope"], isSpace)}
	form.scoped = len(form.scopes) > 0
	if form.username == "" || form.password == "" {
		return nil, &formError{"invalid_request", "username or password is missing"}
	}
	if m.checkScopes(form.scopes) != nil {
		return nil, &formError{"invalid_scope", "a scope is malformed or unknown"}
	}
	return form, nil
}

// parseForm parses the two kinds of forms that browsers send. net/http would add the
// parameters in the URL, so they are hidden from it.
func parseForm(r *http.Request) error {
	var address url.URL
	if r.URL != nil {
		address = *r.URL
	}
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

// narrow removes scopes from the grant that were not requested. It reports whether a
// requested one is not granted.
func (f *loginForm) narrow(g *Grant) bool {
	if !f.scoped {
		return false
	}
	granted := slices.Clone(g.Scopes)
	g.Scopes = slices.DeleteFunc(granted, func(s string) bool { return !slices.Contains(f.scopes, s) })
	return slices.ContainsFunc(f.scopes, func(s string) bool { return !slices.Contains(g.Scopes, s) })
}
