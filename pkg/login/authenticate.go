package login

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/browser"
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
// Behind a guard of the same manager nothing is verified or loaded again. [Status]
// and [Reason] classify the error, and a [ScopeError] has the missing scopes.
func (m *Manager[U]) Authenticate(r *http.Request, scopes ...string) (*Principal[U], error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	if err := m.checkScopes(scopes); err != nil {
		return nil, err
	}
	d := m.authenticate(r, scopeRule{scopes: scopes})
	return d.result(r.Context())
}

// AuthenticateToken is [Manager.Authenticate] for a token from another place, such
// as gRPC metadata or the first message of a WebSocket.
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
	d.err = d.state.authorize(scopeRule{scopes: scopes}, true)
	return d.result(ctx)
}

// result reports the decision and returns it to code of the service.
func (d *decision[U]) result(ctx context.Context) (*Principal[U], error) {
	d.report(ctx)
	if d.err != nil {
		return nil, &reportedError{d.err}
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
		m.reportDenial(r.Context(), err)
	}
	h := w.Header()
	if !slices.Contains(h["Vary"], m.vary) {
		h["Vary"] = append(h["Vary"], m.vary)
	}
	m.answer(w, r, err)
}

// reportDenial sends the event of a guard of the service.
func (m *Manager[U]) reportDenial(ctx context.Context, err error) {
	if m.onEvent == nil {
		return
	}
	e := Event{Action: "deny", Err: err}
	if s := m.stateIn(ctx); s != nil {
		e.Location = s.location
		e.describe(s.claims)
	}
	e.send(ctx, m.onEvent)
}

// answer calls the ErrorHandler. A context that is cancelled is answered too: if
// the service gave up, the client is still there, and if the client left, the answer
// goes nowhere.
func (m *Manager[U]) answer(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Cache-Control", "no-store")
	if m.forwardedPrefix {
		r = browser.WithPrefix(r)
	}
	m.onError(w, r, err)
}
