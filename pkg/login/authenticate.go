package login

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"
)

// Authenticate returns the user of a request and writes nothing, for services
// that write their own answers. [Manager.Deny] writes the answer of a guard:
//
//	p, err := auth.Authenticate(r, "posts:write")
//	if err != nil {
//		auth.Deny(w, r, err)
//		return
//	}
//
// Behind a guard of the same manager nothing is verified or loaded again, but the exp
// of the token is compared with the clock. [Manager.Reauthenticate] asks for everything
// again. [Status] and [Reason] classify the error, and a [ScopeError] has the missing
// scopes.
//
// The answer then depends on the credentials: [Manager.Vary] tells caches so, and
// [Manager.WithPrincipal] makes nested guards and User find the user.
func (m *Manager[U]) Authenticate(r *http.Request, scopes ...string) (*Principal[U], error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	if err := m.checkScopes(scopes); err != nil {
		return nil, err
	}
	d := m.authenticate(r, scopeRule{scopes: scopes})
	if d.err == nil && !d.fresh {
		d.err = m.verifier.expired(d.state.claims) // the request may be a long one
	}
	return d.result(r.Context(), r)
}

// Reauthenticate is [Manager.Authenticate] that trusts no earlier result: the token of
// the request is verified as if it had just come, [Config.Check] and
// [Config.Revocations] are asked, and the user is loaded. For loops that go on for
// long, such as a WebSocket's or a stream's:
//
//	for range ticker.C {
//		if _, err := auth.Reauthenticate(r); err != nil {
//			return // log out everywhere has reached this connection
//		}
//	}
//
// Every call sends an event. A loop that only has to end with the token needs no call:
// see [Manager.UntilExpiry].
func (m *Manager[U]) Reauthenticate(r *http.Request, scopes ...string) (*Principal[U], error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	outer := m.stateIn(r.Context())
	anew := context.WithValue(r.Context(), stateKey[U]{m}, (*requestState[U])(nil))
	if m.dpop != nil && outer != nil && outer.claims != nil {
		anew = context.WithValue(anew, provenKey[U]{m}, *outer.token)
	}
	if outer != nil && outer.given {
		return m.AuthenticateToken(anew, *outer.token, scopes...)
	}
	return m.Authenticate(r.WithContext(anew), scopes...)
}

// UntilExpiry returns a context that ends when the token of the user in ctx expires,
// and with ctx. [context.Cause] is then [ErrExpired]. The clock is [Config.Now] at the
// time of the call. Without a user in ctx the context is over at once.
func (m *Manager[U]) UntilExpiry(ctx context.Context) (context.Context, context.CancelFunc) {
	p, err := m.Principal(ctx)
	if err != nil {
		over, cancel := context.WithCancelCause(ctx)
		cancel(err)
		return over, func() {}
	}
	if p.Claims.ExpiresAt.IsZero() {
		return context.WithCancel(ctx)
	}
	left := p.Claims.ExpiresAt.Add(m.verifier.issuedBy(p.Claims).leeway).Sub(m.now())
	return context.WithTimeoutCause(ctx, left, ErrExpired)
}

// Vary tells caches that the answer depends on the places where tokens may be. Guards
// and [Manager.Deny] do it by themselves: call it after Authenticate.
func (m *Manager[U]) Vary(w http.ResponseWriter) {
	if h := w.Header(); m.ready() && !slices.Contains(h["Vary"], m.vary) {
		h["Vary"] = append(h["Vary"], m.vary)
	}
}

// AuthenticateToken is [Manager.Authenticate] for a token from another place, such
// as gRPC metadata or the first message of a WebSocket. Every call asks for everything
// again.
//
// A route that must read the token from its URL, such as a download link, passes it
// here, and the user on with [Manager.WithPrincipal]. No other route reads URLs.
func (m *Manager[U]) AuthenticateToken(ctx context.Context, token string, scopes ...string) (*Principal[U], error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	if err := m.checkScopes(scopes); err != nil {
		return nil, err
	}
	d := decision[U]{state: m.newState(ctx, credential{token: token}), fresh: true, start: time.Now()}
	if d.state.err = ErrNoToken; token != "" {
		d.state.claims, d.state.err = m.verifier.verify(ctx, token, true)
	}
	if m.dpop != nil && d.state.err == nil {
		if d.state.err = m.checkProof(ctx, nil, token, false, d.state.claims); d.state.err != nil {
			d.state.claims = nil
		}
	}
	d.err = d.state.authorize(scopeRule{scopes: scopes}, true)
	return d.result(ctx, nil)
}

// result reports the decision and returns it to code of the service.
func (d *decision[U]) result(ctx context.Context, r *http.Request) (*Principal[U], error) {
	d.report(ctx, r)
	if d.err != nil {
		return nil, &reportedError{d.state.manager.place(d.err)}
	}
	return d.state.share(), nil
}

// reportedError is an error whose event was sent, so that [Manager.Deny] does not
// send another one.
type reportedError struct{ err error }

func (e *reportedError) Error() string { return e.err.Error() }
func (e *reportedError) Unwrap() error { return e.err }

// Deny answers a request that your own guard refuses, as the guards of the manager
// do:
//
//	if user, ok := auth.User(r.Context()); !ok || !user.Admin {
//		auth.Deny(w, r, login.ErrForbidden)
//		return
//	}
//
// A nil err counts as [ErrForbidden].
func (m *Manager[U]) Deny(w http.ResponseWriter, r *http.Request, err error) {
	if !m.ready() {
		WriteError(w, r, errNotConfigured)
		return
	}
	if err == nil {
		err = ErrForbidden
	}
	if _, reported := errors.AsType[*reportedError](err); !reported {
		m.reportDenial(r, err)
	}
	m.Vary(w)
	m.answer(w, r, err)
}

// reportDenial sends the event of a guard of the service.
func (m *Manager[U]) reportDenial(r *http.Request, err error) {
	if m.onEvent == nil {
		return
	}
	e := Event{Action: "deny", Err: err}
	e.describeRequest(r)
	if s := m.stateIn(r.Context()); s != nil {
		e.Location = s.location
		e.describe(s.claims)
	}
	e.send(r.Context(), m.onEvent)
}
