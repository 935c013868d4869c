package login

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"

	"github.com/loginctl/loginctl/pkg/login/internal/answer"
	"github.com/loginctl/loginctl/pkg/login/internal/browser"
)

// Page is the content of a page that a service shows to a browser: its login page, or
// the answer to a request that was refused.
type Page struct {
	// Status is the status of the answer: 200 for a login page that is shown first.
	Status int
	// Reason is the word of [Reason] for the failure, for a page in another language;
	// empty if there is none. A name that does not exist has that of a wrong password.
	Reason string
	// Message says the failure in English; empty if there is none.
	Message string
	// Login is the address of the login page, with the way back in its parameter
	// next. On the login page itself it is empty.
	Login string
	// Next is the address to go to after the login, for a hidden field next of the
	// form. On other pages it is empty.
	Next string
	// Username is the name as it was sent, for the form that is shown again.
	Username string
	// Request is the request.
	Request *http.Request
}

// LoginForm returns the handler of a login page, for GET and POST. It needs cookies.
//
// GET shows the page that render writes, whose form posts username, password and the
// hidden field next to the same address. POST calls check, sets the cookie and sends
// the browser to next, which is a path on this host, with 303. If the login fails, the
// page is shown again: with 401 for a wrong name as well as for a wrong password, 400
// for an incomplete form, 403 for a form on another site and an account that is locked,
// 429 after too many attempts, and 503 during an outage.
//
// render must escape, as package html/template does. It writes into a buffer: after an
// error of it the answer is 500. Pages cannot be framed unless the header
// X-Frame-Options is set already.
//
// LoginForm panics if a function is nil or cookies are not read.
func (m *Manager[U]) LoginForm(check PasswordCheck, render func(w io.Writer, p *Page) error) http.Handler {
	m.mustLogIn("LoginForm", check)
	switch {
	case render == nil:
		panic("login: LoginForm: there is no function that writes the page")
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
		page := pageOf(r, loginFailure(err))
		page.Next, page.Username = browser.Next(r), r.PostForm.Get("username")
		if err := showPage(w, page, err, render); err != nil {
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

// pageOf returns the page for an error, or for the beginning of a login if err is nil.
func pageOf(r *http.Request, err error) *Page {
	p := &Page{Status: Status(err), Request: r}
	if err == nil {
		return p
	}
	p.Reason = Reason(err)
	p.Message = messageFor(p)
	return p
}

// messageFor returns the text for a person. It is a constant.
func messageFor(p *Page) string {
	switch {
	case p.Reason == "bad_credentials":
		return "The name or the password is wrong."
	case p.Reason == "cross_origin":
		return "This form was sent by another site. Please try again here."
	case p.Reason == "locked":
		return "This account is locked."
	}
	switch p.Status {
	case http.StatusBadRequest:
		return "The request is incomplete. Please fill in the form again."
	case http.StatusUnauthorized:
		return "Please log in to go on."
	case http.StatusForbidden:
		return "You do not have permission for this."
	case http.StatusTooManyRequests:
		return "There were too many attempts. Please try again later."
	case http.StatusServiceUnavailable:
		return "The service is not available at the moment. Please try again."
	}
	return "Something went wrong."
}

// showPage answers with a page, unless render returns an error.
func showPage(w http.ResponseWriter, p *Page, err error, render func(io.Writer, *Page) error) error {
	var text bytes.Buffer
	if err := render(&text, p); err != nil {
		return err
	}
	h := w.Header()
	if h.Get("X-Frame-Options") == "" {
		h.Set("X-Frame-Options", "DENY")
	}
	if after := retryAfter(err); after != "" {
		h.Set("Retry-After", after)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer") // RFC 9110 section 15.5.2 wants one
	}
	answer.Body(w, p.Request, p.Status, "text/html; charset=utf-8", text.String())
	return nil
}

// RedirectToLogin returns an [ErrorHandler] that sends browsers to the login page at
// path, which is on the same host and may have a query. It is [ErrorPages] with plain
// pages in English.
func RedirectToLogin(path string) ErrorHandler {
	return errorPages("RedirectToLogin", path, plainPage)
}

// ErrorPages returns an [ErrorHandler] that answers browsers with pages and programs
// as [WriteError] does, scripts of a page included. path is the login page, which is on
// the same host and may have a query. ErrorPages panics on a path on another host.
//
// A browser that asks for a page with GET or HEAD and is answered 401 goes to the login
// page with 303 See Other. The parameter next has the address that it asked for, which
// [Manager.LoginForm] and [NextPath] read. Every other answer to a browser is the page
// that render writes, with the status of the error: 403, 503, and 401 for a form that
// was sent after the login had ended. Its Page.Login leads back to the page of the form.
func ErrorPages(path string, render func(w io.Writer, p *Page) error) ErrorHandler {
	if render == nil {
		panic("login: ErrorPages: there is no function that writes the page")
	}
	return errorPages("ErrorPages", path, render)
}

func errorPages(name, path string, render func(w io.Writer, p *Page) error) ErrorHandler {
	login, err := url.Parse(path)
	if err != nil || !browser.IsLocalPath(path) {
		panic("login: " + name + ": " + path + " is not a path on this host such as /login")
	}
	return func(w http.ResponseWriter, r *http.Request, err error) {
		if !browser.ShowsPages(r) {
			WriteError(w, r, err)
			return
		}
		// The login page itself must not lead to itself again.
		leads := !browser.IsPage(r, login)
		if Status(err) == http.StatusUnauthorized && browser.IsNavigation(r) && leads {
			answer.SeeOther(w, browser.LoginAddress(login, r))
			return
		}
		page := pageOf(r, err)
		if leads {
			page.Login = browser.LoginAddress(login, r)
		}
		if showPage(w, page, err, render) != nil {
			WriteError(w, r, err)
		}
	}
}

// plainPage is a page without any style.
func plainPage(w io.Writer, p *Page) error {
	link := ""
	if p.Status == http.StatusUnauthorized && p.Login != "" {
		link = "<p><a href=\"" + html.EscapeString(p.Login) + "\">Log in</a></p>\n"
	}
	_, err := fmt.Fprintf(w, "<!DOCTYPE html>\n<html lang=\"en\"><meta name=\"viewport\" content=\"width=device-width\">\n"+
		"<title>%s</title>\n<h1>%s</h1>\n<p>%s</p>\n%s</html>\n",
		http.StatusText(p.Status), http.StatusText(p.Status), html.EscapeString(p.Message), link)
	return err
}

// NextPath returns the address for a browser after its login: the parameter next of
// the query or, if the caller has parsed it, of the form. It returns "/" if next is
// empty or not a path on this host, so that a link to the login page cannot lead to
// another site.
func NextPath(r *http.Request) string { return browser.Next(r) }
