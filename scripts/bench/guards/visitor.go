package guards

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// path is the one route of every service.
const path = "/articles"

// Visitor asks a guarded handler for its page again and again, with one
// request and one response writer, so that only the guard is measured. It
// is for one goroutine.
type Visitor struct {
	handler  http.Handler
	request  *http.Request
	response response
	fields   []string // the header fields that the answers have had
}

// Visitor returns a visitor of h, which must be opened from g, with token.
func (g Guard) Visitor(h http.Handler, token string) *Visitor {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if g.Cookie {
		r.Header.Set("Cookie", cookieName+"="+token)
	} else {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return &Visitor{handler: h, request: r, response: response{header: http.Header{}}}
}

// Visit makes one request and returns the status of the answer.
func (v *Visitor) Visit() int {
	v.handler.ServeHTTP(&v.response, v.request)
	status := v.response.status
	v.forget()
	return status
}

// forget empties the response for the next visit. Fields that are known are
// deleted, which is faster than clearing a map. In a service the map is a new
// one, and this time is not part of a guard.
func (v *Visitor) forget() {
	v.response.status = 0
	for _, field := range v.fields {
		delete(v.response.header, field)
	}
	for field := range v.response.header {
		v.fields = append(v.fields, field)
		delete(v.response.header, field)
	}
}

// Enter is a visit that must be let in.
func (v *Visitor) Enter() error {
	if status := v.Visit(); status != http.StatusNoContent {
		return fmt.Errorf("the answer is %d", status)
	}
	return nil
}

// Token returns the good token of the form that g needs.
func (g Guard) Token(k fixture.Key, claims fixture.Claims) (string, error) {
	return k.Token(g.claims(claims))
}

func (g Guard) claims(c fixture.Claims) fixture.Claims {
	if g.Issuer {
		c.Issuer, c.Audience = fixture.Issuer, fixture.Audience
	}
	return c
}

// response is the least that a handler can write to.
type response struct {
	header http.Header
	status int
}

func (r *response) Header() http.Header         { return r.header }
func (r *response) Write(b []byte) (int, error) { r.WriteHeader(http.StatusOK); return len(b), nil }
func (r *response) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}
