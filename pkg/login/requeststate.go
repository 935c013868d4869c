package login

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"sync/atomic"
)

// requestState is everything that a manager found out about one request. It is also
// the context of the handler behind a guard, and of the loader, so that a request
// costs one allocation for all of them.
//
// A requestState does not change once it is in a request's context, so goroutines of
// the handler may read it. Handlers receive copies of its content: nested guards
// decide by the verified claims.
type requestState[U any] struct {
	context.Context // of the request
	manager         *Manager[U]
	location        Location
	token           *string // see newState
	claims          *Claims // nil unless the token is good; may be those in the cache
	user            U
	err             error     // the reason why the user is missing
	given           bool      // by WithPrincipal
	vary            [1]string // memory for the Vary field
	principal       atomic.Pointer[Principal[U]]
}

var _ context.Context = (*requestState[*Claims])(nil)

// newState returns the state of a request that carries a credential.
//
// The text of the token is behind another pointer, because package fmt follows one
// level: %s of a struct that has the state in it would print the token.
func (m *Manager[U]) newState(ctx context.Context, found credential) *requestState[U] {
	made := new(struct {
		state requestState[U]
		token string
	})
	s := &made.state
	s.Context, s.manager, s.location = ctx, m, found.location
	made.token, s.token = found.token, &made.token
	return s
}

// isAbout reports whether the state is that of a token from that location.
func (s *requestState[U]) isAbout(found credential) bool {
	return s.location == found.location && *s.token == found.token
}

// stateKey is the context key of one manager: two managers in one process never see
// each other's users, even if they have the same type of user.
type stateKey[U any] struct{ manager *Manager[U] }

// Value returns the state for its own key, and otherwise asks the request's context.
func (s *requestState[U]) Value(key any) any {
	if key == any(stateKey[U]{s.manager}) {
		return s
	}
	return s.Context.Value(key)
}

// Format keeps the token out of prints of the context.
func (s *requestState[U]) Format(f fmt.State, _ rune) { io.WriteString(f, "login context") }

// stateIn returns the state that a guard of m put into ctx, or nil.
func (m *Manager[U]) stateIn(ctx context.Context) *requestState[U] {
	s, _ := ctx.Value(stateKey[U]{m}).(*requestState[U])
	return s
}

// addVary makes caches keep the answers to different credentials apart. If the
// state is fresh, a new Vary field takes its memory from there: one that is in a
// request's context may have lent it already. Requests cannot share the memory,
// because later code may change a header in place.
func (s *requestState[U]) addVary(h http.Header, fresh bool) {
	present := h["Vary"]
	switch {
	case len(present) == 0 && fresh:
		s.vary[0] = s.manager.vary
		h["Vary"] = s.vary[:]
	case !slices.Contains(present, s.manager.vary):
		h["Vary"] = append(present, s.manager.vary)
	}
}

// authorize checks the scopes of a verified token and loads its user. The state
// has the user already unless it is fresh.
func (s *requestState[U]) authorize(rule scopeRule, fresh bool) error {
	if s.claims == nil {
		return s.err
	}
	if err := rule.check(s.claims); err != nil {
		return err
	}
	if !fresh {
		return s.err
	}
	user, err := s.manager.load((*loaderContext[U])(s), s.claims.Subject)
	if err == nil && isNil(reflect.ValueOf(&user).Elem()) {
		err = ErrUserNotFound
	}
	if err != nil {
		s.err = callbackError(s.Context, "loading the user", err, userErrors...)
		return s.err
	}
	s.user = user
	return nil
}

// isNil reports whether v, a loaded user, is nil, also inside an interface. A loader
// that lost the answer on its way must not let a deleted user in. Other values are
// users, also an empty list, 0 and a struct of zeros.
func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Interface:
		return v.IsNil() || isNil(v.Elem())
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return v.IsNil()
	}
	return false
}

// loaderContext is the same memory as the context of the loader, in which the claims
// can be found.
type loaderContext[U any] requestState[U]

// Value returns a copy of the claims for [LoadingClaims].
func (l *loaderContext[U]) Value(key any) any {
	if key == any(loadingKey{}) {
		return new(claimsCopy).copyOf(l.claims)
	}
	return l.Context.Value(key)
}

// Format keeps the token out of prints of the context.
func (l *loaderContext[U]) Format(f fmt.State, _ rune) { io.WriteString(f, "login context") }

// Principal is the user of a request and the claims that prove it. It belongs to the
// request: later handlers see changes of it, and no check does.
type Principal[U any] struct {
	User     U
	Claims   *Claims
	Location Location // of the token; zero after AuthenticateToken

	state *requestState[U] // where it comes from; may be nil
}

// User returns the user that a guard of m put into a request's context. It is false
// if the request is anonymous ([Manager.Optional]) or no guard of m ran.
func (m *Manager[U]) User(ctx context.Context) (U, bool) {
	s := m.stateIn(ctx)
	if s == nil || s.err != nil {
		var zero U
		return zero, false
	}
	return s.user, true
}

// errUnguarded is answered 500: the routes are wired up wrong.
var errUnguarded = errors.New("no guard of this manager ran for the request")

// Principal returns the user and the claims that a guard of m put into a request's
// context. After [Manager.Optional] the error is the reason why the request is
// anonymous: [ErrNoToken], [ErrExpired] … [Manager.Deny] answers it.
func (m *Manager[U]) Principal(ctx context.Context) (*Principal[U], error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	s := m.stateIn(ctx)
	switch {
	case s == nil:
		return nil, errUnguarded
	case s.err != nil:
		return nil, s.err
	}
	return s.share(), nil
}

// WithPrincipal returns a context in which m finds p, for code that called
// [Manager.Authenticate] or [Manager.AuthenticateToken]: [Manager.User] and
// [Manager.Principal] return it, and guards of m check its scopes in place of the
// request's token, unless the request has another one. A nil p changes nothing.
//
// Guards do this by themselves. Tests of a handler may make a Principal by hand.
func (m *Manager[U]) WithPrincipal(ctx context.Context, p *Principal[U]) context.Context {
	if !m.ready() || p == nil {
		return ctx
	}
	found := credential{location: p.Location}
	if p.state != nil && p.state.manager == m {
		found.token = *p.state.token
	}
	s := m.newState(ctx, found)
	s.given, s.user, s.claims = true, p.User, new(Claims)
	if p.Claims != nil {
		p.Claims.copyTo(s.claims, nil)
	}
	// The standard library's kind of context also survives adapters that copy values
	// one by one.
	return context.WithValue(ctx, stateKey[U]{m}, s)
}

// share returns the principal, which the first call makes.
func (s *requestState[U]) share() *Principal[U] {
	if p := s.principal.Load(); p != nil {
		return p
	}
	made := new(struct {
		Principal[U]
		claimsCopy
	})
	made.Principal = Principal[U]{User: s.user, Claims: made.copyOf(s.claims), Location: s.location, state: s}
	if !s.principal.CompareAndSwap(nil, &made.Principal) {
		return s.principal.Load() // another goroutine of the handler was first
	}
	return &made.Principal
}
