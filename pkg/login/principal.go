package login

import (
	"context"
	"errors"
)

// Principal is the user of a request and the claims that say so. It is the
// request's own: changing it changes what later handlers read and nothing that
// is checked.
type Principal[U any] struct {
	User   U
	Claims *Claims
	Source Source // where the token was; zero after AuthenticateToken
}

// User returns the user that a guard of m put into a request's context. It is
// false when there is none: the request is anonymous ([Manager.Optional]), or
// no guard of this manager ran.
func (m *Manager[U]) User(ctx context.Context) (U, bool) {
	v, err := m.admitted(ctx)
	if err != nil {
		var nobody U
		return nobody, false
	}
	return v.user, true
}

// errUnguarded is a mistake in the wiring, so it answers 500.
var errUnguarded = errors.New("no guard of this manager ran for the request")

// Principal returns the user and the claims that a guard of m put into a
// request's context. After [Manager.Optional] the error says why the request
// is anonymous: [ErrNoToken], [ErrExpired] … It can be given to [Manager.Deny].
func (m *Manager[U]) Principal(ctx context.Context) (*Principal[U], error) {
	v, err := m.admitted(ctx)
	if err != nil {
		return nil, err
	}
	return v.principal(), nil
}

// admitted returns the visit of a request that has a user.
func (m *Manager[U]) admitted(ctx context.Context) (*visit[U], error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	v := m.visitIn(ctx)
	switch {
	case v == nil:
		return nil, errUnguarded
	case v.err != nil:
		return nil, v.err
	}
	return v, nil
}
