package login

import (
	"context"
	"errors"
)

// Principal is the user of a request and the claims that say so.
type Principal[U any] struct {
	User   U
	Claims *Claims
	Source Source // where the token was; zero after AuthenticateToken
}

// User returns the user that a guard of m put into a request's context. It is
// false when there is none: the request is anonymous ([Manager.Optional]), or
// no guard of this manager ran.
func (m *Manager[U]) User(ctx context.Context) (U, bool) {
	p, err := m.Principal(ctx)
	if err != nil {
		var nobody U
		return nobody, false
	}
	return p.User, true
}

// errUnguarded is a mistake in the wiring, so it answers 500.
var errUnguarded = errors.New("no guard of this manager ran for the request")

// Principal returns the user and the claims that a guard of m put into a
// request's context. After [Manager.Optional] the error says why the request
// is anonymous: [ErrNoToken], [ErrExpired] … It can be given to [Manager.Deny].
func (m *Manager[U]) Principal(ctx context.Context) (*Principal[U], error) {
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
	return &v.principal, nil
}
