// Package guards puts the middlewares that let a token into an HTTP handler
// behind one shape. All do the same work: find the token, verify it, require
// two scopes, load the user from memory, and put the user where the handler
// behind them finds it.
package guards

import (
	"context"
	"net/http"
	"slices"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// Guard is one middleware in front of a handler that answers 204 when it
// finds the right user.
type Guard struct {
	Name string
	open func(k fixture.Key, next http.Handler) (http.Handler, error)
	// Own marks loginctl's code, which another revision has too.
	Own bool
	// Cookie says that the token comes in the cookie in place of the header.
	Cookie bool
	// Issuer says that the token must name an issuer and an audience.
	Issuer bool
	// Unguarded marks a row without any check, which shows the cost of the rest.
	Unguarded bool
}

// Names of the rows that targets name. JWTAuth is the fastest middleware of
// net/http that we found, and echo-jwt the fastest inside a framework.
const (
	ContextOnly = "context value only"
	Loginctl    = "loginctl"
	Cached      = "loginctl, cached"
	ByCookie    = "loginctl, cookie"
	JWTAuth     = "jwtauth"
)

// Guards returns every guard, the smallest and ours first.
func Guards() []Guard {
	return []Guard{
		{Name: ContextOnly, open: contextOnly, Unguarded: true},
		{Name: Loginctl, open: loginctlGuard(login.Config{CacheSize: -1}), Own: true},
		{Name: Cached, open: loginctlGuard(login.Config{CacheSize: cacheSize}), Own: true},
		{Name: ByCookie, open: loginctlGuard(byCookie()), Own: true, Cookie: true},
		{Name: "loginctl, iss and aud", open: loginctlGuard(login.Config{CacheSize: -1, Issuer: fixture.Issuer, Audience: fixture.Audience}), Own: true, Issuer: true},
		{Name: JWTAuth, open: jwtauthGuard},
		{Name: "echo-jwt", open: echoGuard},
	}
}

// User is the type that the loader returns.
type User struct{ Name string }

var (
	ada   = &User{Name: "Ada Lovelace"}
	users = map[string]*User{fixture.Subject: ada}
)

// findUser is the loader that every guard calls.
func findUser(_ context.Context, subject string) (*User, error) {
	if u, ok := users[subject]; ok {
		return u, nil
	}
	return nil, login.ErrUserNotFound
}

// granted reports whether the scopes of a token cover the two that are required.
func granted(scopes []string) bool {
	for _, required := range fixture.Scopes() {
		if !slices.Contains(scopes, required) {
			return false
		}
	}
	return true
}

// userKey is the context key of the user for guards that do not store one.
type userKey struct{}

// admit answers 204 for the right user.
func admit(w http.ResponseWriter, u *User) {
	if u != ada {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// handler is the handler behind the net/http guards.
func handler(w http.ResponseWriter, r *http.Request) {
	u, _ := r.Context().Value(userKey{}).(*User)
	admit(w, u)
}

// Open returns the guarded handler for tokens under k. The handler behind the
// guard is known to it at run time only, as in a service: otherwise the
// compiler would keep the copies of the request off the heap.
func (g Guard) Open(k fixture.Key) (http.Handler, error) { return g.open(k, http.HandlerFunc(handler)) }

// authorize does the work that a peer leaves to the service: scopes, the user, and
// the user in the context.
func authorize(next http.Handler, w http.ResponseWriter, r *http.Request, subject string, scopes []string) {
	if !granted(scopes) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	u, err := findUser(r.Context(), subject)
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, u)))
}

// contextOnly is the least cost of every net/http guard: one value in the context.
func contextOnly(_ fixture.Key, next http.Handler) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, ada)))
	}), nil
}
