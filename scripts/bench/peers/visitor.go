package peers

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// user is the type that the loader returns.
type user struct{ name string }

var (
	ada   = &user{"Ada Lovelace"}
	users = map[string]*user{fixture.Subject: ada}
)

// findUser is the loader that every guard calls.
func findUser(_ context.Context, subject string) (*user, error) {
	if u, ok := users[subject]; ok {
		return u, nil
	}
	return nil, login.ErrUserNotFound
}

// userKey is the context key of the user for guards that do not store one.
type userKey struct{}

func withUser(r *http.Request, u *user) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), userKey{}, u))
}

// page is the handler behind the guards of peers.
func page(w http.ResponseWriter, r *http.Request) {
	u, _ := r.Context().Value(userKey{}).(*user)
	admit(w, u)
}

// admit answers 204 for the right user.
func admit(w http.ResponseWriter, u *user) {
	if u != ada {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// contextOnly is the least cost of every guard: one value in the context.
func contextOnly(fixture.Key) func() Verify {
	var next http.Handler = http.HandlerFunc(page)
	return visitors(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, withUser(r, ada))
	}), "Authorization", "Bearer ")
}

// visitors returns the workers of a guard. Each sends one request again and again and
// takes the answers in one response writer, so that only the guard is measured. The
// token stands in a header field after the prefix.
func visitors(guard http.Handler, field, prefix string) func() Verify {
	return func() Verify {
		r := httptest.NewRequest(http.MethodGet, "/articles", nil)
		w := &response{header: http.Header{}}
		last := ""
		return func(token string) error {
			if token != last {
				r.Header.Set(field, prefix+token)
				last = token
			}
			guard.ServeHTTP(w, r)
			answer := w.status
			w.forget()
			if answer != http.StatusNoContent {
				return fmt.Errorf("the answer is %d", answer)
			}
			return nil
		}
	}
}

// response is the least that a handler can write to.
type response struct {
	header http.Header
	status int
	fields []string // the header fields that the answers have had
}

func (r *response) Header() http.Header         { return r.header }
func (r *response) Write(b []byte) (int, error) { r.WriteHeader(http.StatusOK); return len(b), nil }
func (r *response) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// forget empties the response for the next visit. Fields that are known are deleted,
// which is faster than clearing a map. In a service the map is a new one, and this
// time is not part of a guard.
func (r *response) forget() {
	r.status = 0
	for _, field := range r.fields {
		delete(r.header, field)
	}
	for field := range r.header {
		r.fields = append(r.fields, field)
		delete(r.header, field)
	}
}
