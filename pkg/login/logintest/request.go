package logintest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// Request is a request being built. Each method adds to it and returns it:
//
//	r := logintest.Post("/posts").Bearer(token).JSON(`{"title":"On engines"}`)
//	w := r.Serve(routes)
type Request struct{ r *http.Request }

// NewRequest returns a request as a handler receives it, for example.com unless the
// target names another host. It panics on an invalid target, as [httptest.NewRequest]
// does.
func NewRequest(method, target string) *Request {
	return &Request{httptest.NewRequest(method, target, nil)}
}

// Get is [NewRequest] with GET.
func Get(target string) *Request { return NewRequest(http.MethodGet, target) }

// Post is [NewRequest] with POST.
func Post(target string) *Request { return NewRequest(http.MethodPost, target) }

// Bearer sends the token in the Authorization header; an empty one is not sent.
func (q *Request) Bearer(token string) *Request {
	if token != "" {
		q.r.Header.Add("Authorization", "Bearer "+token)
	}
	return q
}

// Cookie sends the token in the cookie of that name; an empty one is not sent.
func (q *Request) Cookie(name, token string) *Request {
	if token != "" {
		q.r.AddCookie(&http.Cookie{Name: name, Value: token})
	}
	return q
}

// Header adds a header field.
func (q *Request) Header(name, value string) *Request {
	q.r.Header.Add(name, value)
	return q
}

// Form sends a form.
func (q *Request) Form(values url.Values) *Request {
	return q.body("application/x-www-form-urlencoded", values.Encode())
}

// Password sends the form of a login, as [login.Manager.TokenHandler] takes it.
func (q *Request) Password(username, password string) *Request {
	return q.Form(url.Values{"username": {username}, "password": {password}})
}

// JSON sends a JSON text.
func (q *Request) JSON(text string) *Request { return q.body("application/json", text) }

func (q *Request) body(contentType, text string) *Request {
	q.r.Header.Set("Content-Type", contentType)
	q.r.Body = io.NopCloser(strings.NewReader(text))
	q.r.ContentLength = int64(len(text))
	return q
}

// Navigation adds the headers of a browser that asks for a page to show.
func (q *Request) Navigation() *Request {
	q.r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	q.r.Header.Set("Sec-Fetch-Mode", "navigate")
	q.r.Header.Set("Sec-Fetch-Dest", "document")
	return q
}

// FromSite adds the headers of a request that a page of another site sends. origin is
// the origin of that site, such as "https://evil.example".
func (q *Request) FromSite(origin string) *Request {
	q.r.Header.Set("Origin", origin)
	q.r.Header.Set("Sec-Fetch-Site", "cross-site")
	return q
}

// HTTP returns the request itself.
func (q *Request) HTTP() *http.Request { return q.r }

// Serve returns the answer of h.
func (q *Request) Serve(h http.Handler) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, q.r)
	return w
}
