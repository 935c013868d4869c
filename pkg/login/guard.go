package login

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/browser"
	"github.com/loginctl/loginctl/pkg/login/internal/grammar"
)

// Require returns middleware that admits a request with a valid token of a known
// user who has all of scopes, if any are given. Its handler finds the user with
// [Manager.User] and [Manager.Principal]. [Config.OnError] answers other requests.
//
// Guards of one manager can be nested: the token of a request is verified and its
// user loaded once. OPTIONS requests are checked too, so CORS middleware goes
// outside.
//
// Inside a [net/http.ServeMux], as in
//
//	mux.Handle("GET /posts", auth.Require("posts:read")(posts))
//
// the guard knows the route: [Event] has r.Pattern. Around the whole mux it does not,
// because the mux has not chosen yet.
//
// Require panics on a scope that is empty, that cannot be written into a token, or
// that [Config.Scopes] is set and lacks.
func (m *Manager[U]) Require(scopes ...string) func(http.Handler) http.Handler {
	return m.guard(m.mustRequire("Require", scopes, false), nil, false)
}

// RequireUser is [Manager.Require] for users whom check admits:
//
//	admins := auth.RequireUser(func(u *User) error {
//		if !u.Admin {
//			return login.ErrForbidden
//		}
//		return nil
//	})
//
// The errors of check are answered as those of a [Loader] are: 403 for [ErrForbidden],
// 401 for [ErrUserNotFound], 503 for [ErrUnavailable], and 500 for any other.
func (m *Manager[U]) RequireUser(check func(user U) error, scopes ...string) func(http.Handler) http.Handler {
	if check == nil {
		panic("login: RequireUser: the check is nil")
	}
	return m.guard(m.mustRequire("RequireUser", scopes, false), check, false)
}

// RequireAny is [Manager.Require] for a token with at least one of scopes. It
// panics if scopes is empty.
func (m *Manager[U]) RequireAny(scopes ...string) func(http.Handler) http.Handler {
	if len(scopes) == 0 {
		panic("login: RequireAny: no scopes are given, so that no token would do")
	}
	return m.guard(m.mustRequire("RequireAny", scopes, true), nil, false)
}

// Handle is [Manager.Require] around a handler that receives the user and the
// claims:
//
//	func profile(w http.ResponseWriter, r *http.Request, p *login.Principal[*User]) {
//		fmt.Fprintln(w, p.User.Name)
//	}
//
//	mux.Handle("GET /me", auth.Handle(profile, "profile:read"))
func (m *Manager[U]) Handle(h func(http.ResponseWriter, *http.Request, *Principal[U]), scopes ...string) http.Handler {
	if h == nil {
		panic("login: Handle: the handler is nil")
	}
	require := m.guard(m.mustRequire("Handle", scopes, false), nil, false)
	return require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h(w, r, m.stateIn(r.Context()).share())
	}))
}

// Optional returns a handler that serves every request: with a user if there is a
// valid token, and otherwise as anonymous. [Manager.User] reports which, and
// [Manager.Principal] the reason why the user is missing.
//
// Any failure of the token or of the way it was sent makes a request anonymous, a
// cookie on an unsafe request from another site included. A loader or a store that
// is down does not: the request is refused.
func (m *Manager[U]) Optional(next http.Handler) http.Handler {
	return m.guard(scopeRule{}, nil, true)(next)
}

// guard returns the middleware behind all guards. If check is not nil, it decides
// about the user. If optional is true, the guard admits a request without a user,
// unless the service itself failed.
func (m *Manager[U]) guard(rule scopeRule, check func(U) error, optional bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		if next == nil {
			panic("login: the guarded handler is nil")
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if m == nil || m.verifier == nil {
				WriteError(w, r, errNotConfigured)
				return
			}
			d := m.authenticate(r, rule)
			if check != nil && d.err == nil {
				if err := check(d.state.user); err != nil {
					d.err = callbackError(r.Context(), "checking the user", err, userErrors...)
				}
			}
			d.anonymous = optional && d.err != nil && Status(d.err) < http.StatusInternalServerError
			if m.onEvent != nil {
				d.report(r.Context(), r)
			}
			d.state.addVary(w.Header(), d.fresh)
			if m.dpop != nil {
				m.offerNonce(w)
			}
			if d.err != nil && !d.anonymous {
				if d.unclear && Status(d.err) < http.StatusForbidden {
					m.ClearCookie(w) // or the visitor could never log in again
				}
				m.answer(w, r, d.err)
				return
			}
			if d.fresh {
				r = r.WithContext(d.state)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// answer calls the ErrorHandler. A context that is cancelled is answered too: if
// the service gave up, the client is still there, and if the client left, the answer
// goes nowhere.
func (m *Manager[U]) answer(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Cache-Control", "no-store")
	if m.forwardedPrefix {
		r = browser.WithPrefix(r)
	}
	if m.dpop != nil {
		m.offerNonce(w)
	}
	m.onError(w, r, m.place(err))
}

// place adds the place of the tokens of m to an error, if it is unusual.
func (m *Manager[U]) place(err error) error {
	if m.challenge == bearerChallenge && m.dpop == nil {
		return err
	}
	return &placedError{err, m.challenge, m.dpop}
}

// decision is the result of authenticate.
type decision[U any] struct {
	state     *requestState[U]
	fresh     bool // the state is not in the request's context yet
	err       error
	anonymous bool // admitted without a user
	unclear   bool // there are several cookies of the name
	start     time.Time
}

// authenticate decides about a request: the token, its verification, the scopes and
// the user, in this order. It writes nothing.
func (m *Manager[U]) authenticate(r *http.Request, rule scopeRule) decision[U] {
	var d decision[U]
	if m.onEvent != nil {
		d.start = time.Now()
	}
	found, err := m.extractToken(r)
	d.unclear = len(found.others) > 0 || err == errManyCookies
	if err == nil && found.location&m.ambient != 0 {
		err = m.checkOrigin(r)
	}
	// The result of an outer guard counts for the same token. If this request fails
	// before its token is read, it counts only if it failed in the same way.
	d.state = m.stateIn(r.Context())
	d.fresh = d.state == nil || !d.state.isAbout(found) || err != nil && d.state.err != err
	if d.fresh && err == ErrNoToken && d.state != nil && d.state.given {
		d.fresh = false // WithPrincipal vouches for a request without a token
	}
	if d.fresh {
		d.state = m.newState(r.Context(), found)
		if d.state.err = err; err == nil {
			if len(found.others) == 0 {
				d.state.claims, d.state.err = m.verifier.verify(r.Context(), found.token, true)
			} else {
				d.state.claims, d.state.err = m.verifyCookies(r.Context(), found)
			}
			if m.dpop != nil && d.state.err == nil {
				if d.state.err = m.checkProof(r.Context(), r, found.token, found.proven, d.state.claims); d.state.err != nil {
					d.state.claims = nil
				}
			}
		}
	}
	d.err = d.state.authorize(rule, d.fresh)
	return d
}

// report sends the event of a decision about r, which is nil after AuthenticateToken.
// A guard that admits a request as an outer one did, with a user or as anonymous, adds
// no event.
func (d *decision[U]) report(ctx context.Context, r *http.Request) {
	if !d.fresh && (d.err == nil || d.anonymous) {
		return
	}
	e := Event{
		Action:    "authenticate",
		Err:       d.err,
		Anonymous: d.anonymous,
		Location:  d.state.location,
		Duration:  time.Since(d.start),
	}
	if e.Location == InHeader {
		e.Header = d.state.manager.header.name
	}
	e.describeRequest(r)
	e.describe(d.state.claims)
	e.send(ctx, d.state.manager.onEvent)
}

// scopeRule is the requirement of a guard.
type scopeRule struct {
	scopes []string
	any    bool // one of them is enough
}

// check returns a [*ScopeError] unless the claims grant the scopes.
func (r scopeRule) check(c *Claims) error {
	missing := 0
	for _, scope := range r.scopes {
		if !slices.Contains(c.Scopes, scope) {
			missing++
		}
	}
	if missing == 0 || r.any && missing < len(r.scopes) {
		return nil
	}
	return &ScopeError{Required: slices.Clone(r.scopes), Granted: slices.Clone(c.Scopes), Any: r.any}
}

// checkScopes refuses scopes that cannot be granted or that are not declared.
func (m *Manager[U]) checkScopes(scopes []string) error {
	for _, scope := range scopes {
		if err := grammar.CheckScope(scope); err != nil {
			return err
		}
		if m == nil || m.declared == nil {
			continue
		}
		if _, ok := m.declared[scope]; !ok {
			return fmt.Errorf("scope %q is not declared in Config.Scopes", scope)
		}
	}
	return nil
}

// mustRequire returns the rule of a guard. An invalid scope is a mistake in the
// wiring of routes, so it panics, as [net/http.ServeMux.Handle] does.
func (m *Manager[U]) mustRequire(method string, scopes []string, any bool) scopeRule {
	if err := m.checkScopes(scopes); err != nil {
		panic("login: " + method + ": " + err.Error())
	}
	return scopeRule{slices.Clone(scopes), any}
}
