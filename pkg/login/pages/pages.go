// Package pages answers browsers with the pages of a service: a login page, a page for a
// request that was refused, and the way back after the login.
//
//	auth, err := login.New(keys, users.ByEmail, login.Config{
//		Locations: login.InCookie,
//		OnError:   pages.Errors("/login", refusedPage),
//	})
//	mux.Handle("/login", auth.LoginForm(users.CheckPassword, pages.Form(loginPage)))
package pages

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
	"github.com/loginctl/loginctl/pkg/login/internal/browser"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// Page is the content of a page that a service shows to a browser: its login page, or
// the answer to a request that was refused.
type Page struct {
	// Status is the status of the answer: 200 for a login page that is shown first.
	Status int
	// Reason is the word of [login.Reason] for the failure, for a page in another
	// language; empty if there is none. A name that does not exist has that of a wrong
	// password.
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

// Form returns the function that shows the page of [login.Manager.LoginForm], which
// render writes. render must escape, as package html/template does. It writes into a
// buffer, so that nothing is sent if it returns an error. Pages cannot be framed unless
// the header X-Frame-Options is set already. Form panics if render is nil.
//
//	mux.Handle("/login", auth.LoginForm(checkPassword, pages.Form(loginPage)))
func Form(render func(w io.Writer, p *Page) error) func(http.ResponseWriter, *http.Request, error) error {
	if render == nil {
		panic("pages: Form: there is no function that writes the page")
	}
	return func(w http.ResponseWriter, r *http.Request, err error) error {
		page := pageOf(r, err)
		page.Next, page.Username = browser.Next(r), r.PostForm.Get("username")
		return show(w, page, err, render)
	}
}

// Redirect returns a [login.ErrorHandler] that sends browsers to the login page at
// path, which is on the same host and may have a query. It is [Errors] with plain
// pages in English.
func Redirect(path string) login.ErrorHandler {
	return errorPages("Redirect", path, plainPage)
}

// Errors returns a [login.ErrorHandler] that answers browsers with pages and programs
// as [login.WriteError] does, scripts of a page included. path is the login page, which
// is on the same host and may have a query. Errors panics on a path on another host.
//
// A browser that asks for a page with GET or HEAD and is answered 401 goes to the login
// page with 303 See Other. The parameter next has the address that it asked for, which
// [login.Manager.LoginForm] and [Next] read. Every other answer to a browser is the page
// that render writes, with the status of the error: 403, 503, and 401 for a form that
// was sent after the login had ended. Its Page.Login leads back to the page of the form.
func Errors(path string, render func(w io.Writer, p *Page) error) login.ErrorHandler {
	if render == nil {
		panic("pages: Errors: there is no function that writes the page")
	}
	return errorPages("Errors", path, render)
}

func errorPages(name, path string, render func(w io.Writer, p *Page) error) login.ErrorHandler {
	loginPage, err := url.Parse(path)
	if err != nil || !browser.IsLocalPath(path) {
		panic("pages: " + name + ": " + path + " is not a path on this host such as /login")
	}
	return func(w http.ResponseWriter, r *http.Request, err error) {
		if !browser.ShowsPages(r) {
			login.WriteError(w, r, err)
			return
		}
		// The login page itself must not lead to itself again.
		leads := !browser.IsPage(r, loginPage)
		if login.Status(err) == http.StatusUnauthorized && browser.IsNavigation(r) && leads {
			answer.SeeOther(w, browser.LoginAddress(loginPage, r))
			return
		}
		page := pageOf(r, err)
		if leads {
			page.Login = browser.LoginAddress(loginPage, r)
		}
		if show(w, page, err, render) != nil {
			login.WriteError(w, r, err)
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

// Next returns the address for a browser after its login: the parameter next of
// the query or, if the caller has parsed it, of the form. It returns "/" if next is
// empty or not a path on this host, so that a link to the login page cannot lead to
// another site.
func Next(r *http.Request) string { return browser.Next(r) }

// pageOf returns the page for an error, or for the beginning of a login if err is nil.
func pageOf(r *http.Request, err error) *Page {
	p := &Page{Status: login.Status(err), Request: r}
	if err == nil {
		return p
	}
	p.Reason = login.Reason(err)
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

// show answers with a page, unless render returns an error.
func show(w http.ResponseWriter, p *Page, err error, render func(io.Writer, *Page) error) error {
	var text bytes.Buffer
	if err := render(&text, p); err != nil {
		return err
	}
	h := w.Header()
	if h.Get("X-Frame-Options") == "" {
		h.Set("X-Frame-Options", "DENY")
	}
	var wait time.Duration
	if retry, ok := errors.AsType[*login.RetryError](err); ok {
		wait = retry.After
	}
	if after := oauth.RetryAfter(p.Status, wait); after != "" {
		h.Set("Retry-After", after)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer") // RFC 9110 section 15.5.2 wants one
	}
	answer.Body(w, p.Request, p.Status, "text/html; charset=utf-8", text.String())
	return nil
}
