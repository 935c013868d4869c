package login

import (
	"fmt"
	"net/http"

	"github.com/loginctl/loginctl/pkg/login/internal/answer"
	"github.com/loginctl/loginctl/pkg/login/internal/browser"
)

// LoginForm returns the handler of a login page, for GET and POST. It needs cookies.
//
// GET calls show with no error, for the page whose form posts username, password and the
// hidden field next to the same address. POST calls check, sets the cookie and sends
// the browser to next, which is a path on this host, with 303. If the login fails, show
// answers with the page and the status of the error: 401 for a wrong name as well as for
// a wrong password, 400 for an incomplete form, 403 for a form on another site and an
// account that is locked, 429 after too many attempts, and 503 during an outage.
//
// Form of package pages makes show from a template. If show returns an error, it has
// written nothing, and the answer is 500.
//
// LoginForm panics if a function is nil or cookies are not read.
func (m *Manager[U]) LoginForm(check PasswordCheck, show func(w http.ResponseWriter, r *http.Request, err error) error) http.Handler {
	m.mustLogIn("LoginForm", check)
	switch {
	case show == nil:
		panic("login: LoginForm: there is no function that shows the page")
	case m.ready() && m.locations&InCookie == 0:
		panic("login: LoginForm: " + errNoCookies.Error())
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !m.ready() {
			WriteError(w, r, errNotConfigured)
			return
		}
		if m.forwardedPrefix {
			r = browser.WithPrefix(r)
		}
		var err error
		switch r.Method {
		case http.MethodPost:
			if _, err = m.logIn(w, r, check); err == nil {
				answer.SeeOther(w, browser.Next(r))
				return
			}
		case http.MethodGet, http.MethodHead:
		default:
			answer.Method(w, r, "GET, HEAD, POST")
			return
		}
		if err := show(w, r, loginFailure(err)); err != nil {
			m.failPage(w, r, err)
		}
	})
}

// loginFailure returns one error for a wrong name as well as for a wrong password.
func loginFailure(err error) error {
	if isWrongLogin(Reason(err)) {
		return ErrBadCredentials
	}
	return err
}

// failPage answers when the page could not be written.
func (m *Manager[U]) failPage(w http.ResponseWriter, r *http.Request, err error) {
	err = fmt.Errorf("writing the login page: %v", err)
	e := Event{Action: "deny", Err: err}
	e.describeRequest(r)
	e.send(r.Context(), m.onEvent)
	WriteError(w, r, err)
}
