package login

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Authenticate returns the user of a request and writes nothing, for services
// that answer in their own way. [Manager.Deny] writes the answer that a guard
// would give:
//
//	p, err := auth.Authenticate(r, "posts:write")
//	if err != nil {
//		auth.Deny(w, r, err)
//		return
//	}
//
// Behind a guard of the same manager nothing is verified or loaded again.
// [Status] and [Reason] say what an error means; [ScopeError] which scopes are missing.
func (m *Manager[U]) Authenticate(r *http.Request, scopes ...string) (*Principal[U], error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	if err := m.checkRequired(scopes); err != nil {
		return nil, err
	}
	var d decision[U]
	m.decide(&d, r, scopeRule{scopes: scopes})
	m.report(r.Context(), &d)
	if d.err != nil {
		return nil, &reported{d.err}
	}
	return d.visit.principal(), nil
}

// AuthenticateToken is [Manager.Authenticate] for a token that came some other
// way, as in gRPC metadata or in the first message of a WebSocket.
func (m *Manager[U]) AuthenticateToken(ctx context.Context, token string, scopes ...string) (*Principal[U], error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	if err := m.checkRequired(scopes); err != nil {
		return nil, err
	}
	d := decision[U]{visit: m.visit(ctx, credential{token: token}), fresh: true, start: m.started()}
	d.err = ErrNoToken
	if token != "" {
		d.visit.claims, d.visit.err = m.verifier.verifyShared(ctx, token)
		d.err = d.visit.pass(scopeRule{scopes: scopes}, true)
	}
	m.report(ctx, &d)
	if d.err != nil {
		return nil, &reported{d.err}
	}
	return d.visit.principal(), nil
}

// decision is what came of a request.
type decision[U any] struct {
	visit     *visit[U]
	fresh     bool // the visit is not in the request's context yet
	err       error
	anonymous bool // let in without a user
	start     time.Time
}

// decide makes the one decision about a request: the token, its verification,
// the scopes and the user, in this order. Nothing is written.
func (m *Manager[U]) decide(d *decision[U], r *http.Request, rule scopeRule) {
	d.start = m.started()
	found, err := m.find(r)
	if err == nil && found.source == FromCookie {
		err = m.checkOrigin(r)
	}
	if err != nil {
		m.refuse(d, r, found, err)
		return
	}
	d.visit = m.visitIn(r.Context())
	if d.visit == nil || !d.visit.isOf(found) {
		claims, err := m.verifier.verifyShared(r.Context(), found.token)
		d.visit, d.fresh = m.visit(r.Context(), found), true
		d.visit.claims, d.visit.err = claims, err
	}
	d.err = d.visit.pass(rule, d.fresh)
}

// refuse is the decision about a request whose token was not even looked at.
// Whatever an outer guard found is of no use then, so the visit is a new one,
// unless that guard found the same.
func (m *Manager[U]) refuse(d *decision[U], r *http.Request, found credential, err error) {
	d.err = err
	if v := m.visitIn(r.Context()); v != nil && v.isOf(found) && v.err == err {
		d.visit = v
		return
	}
	d.visit, d.fresh = m.visit(r.Context(), found), true
	d.visit.err = err
}

// request returns r with the visit in its context.
func (d *decision[U]) request(r *http.Request) *http.Request {
	if !d.fresh {
		return r
	}
	return r.WithContext(d.visit)
}

// reported is an error whose event was sent, so that [Manager.Deny] does not
// send another one.
type reported struct{ err error }

func (e *reported) Error() string { return e.err.Error() }
func (e *reported) Unwrap() error { return e.err }

func wasReported(err error) bool {
	_, ok := errors.AsType[*reported](err)
	return ok
}
