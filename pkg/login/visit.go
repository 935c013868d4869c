package login

import (
	"context"
	"fmt"
	"io"
)

// visit is what a manager found out about one request. It is at the same time
// the context that the handler gets, so that a request costs one allocation
// for the user, the claims and the context together.
//
// A visit does not change once it is in a request's context: goroutines of the
// handler may read it.
type visit[U any] struct {
	context.Context // the request's
	manager         *Manager[U]
	token           string
	principal       Principal[U]
	claims          Claims
	verified        bool      // the token is good; err may still say that there is no user
	err             error     // why there is no user
	vary            [1]string // memory for the header field
}

// visitKey finds the visit of one manager: two managers in one process never
// see each other's users, whether or not they have the same type of user.
type visitKey[U any] struct{ manager *Manager[U] }

// Value answers for the visit's own key and leaves the rest to the request's context.
func (v *visit[U]) Value(key any) any {
	if key == any(visitKey[U]{v.manager}) {
		return v
	}
	return v.Context.Value(key)
}

// Format keeps the token out of every print of the context.
func (v *visit[U]) Format(f fmt.State, _ rune) { io.WriteString(f, "login context") }

func (m *Manager[U]) visitIn(ctx context.Context) *visit[U] {
	v, _ := ctx.Value(visitKey[U]{m}).(*visit[U])
	return v
}

// newVisit is a visit without a user yet.
func (m *Manager[U]) newVisit(ctx context.Context, found credential) *visit[U] {
	v := &visit[U]{Context: ctx, manager: m, token: found.token}
	v.principal.Source = found.source
	v.principal.Claims = &v.claims
	return v
}

// credential is what the request carried when the visit began.
func (v *visit[U]) credential() credential {
	return credential{v.token, v.principal.Source}
}

// pass takes the visit through the checks in their order: the token, the
// scopes, the user. What was found out before is not asked again.
func (v *visit[U]) pass(rule scopeRule, fresh bool) error {
	if fresh {
		v.err = v.manager.verifier.verifyInto(v.Context, v.token, &v.claims)
		v.verified = v.err == nil
	}
	if !v.verified {
		return v.err
	}
	if err := rule.check(&v.claims); err != nil {
		return err
	}
	if fresh {
		v.err = v.loadUser()
	}
	return v.err
}

// loadUser asks the loader.
func (v *visit[U]) loadUser() error {
	user, err := v.manager.load((*loading[U])(v), v.claims.Subject)
	v.principal.User = user
	if err == nil && isNobody(&v.principal.User) {
		err = ErrUserNotFound
	}
	if err != nil {
		var nobody U
		v.principal.User = nobody
		return outcome(v.Context, "loading the user", err, ErrUserNotFound, ErrForbidden)
	}
	return nil
}

// loading is the same visit as the loader's context: it answers for the claims.
type loading[U any] visit[U]

func (l *loading[U]) Value(key any) any {
	if key == any(loadingKey{}) {
		return &l.claims
	}
	return l.Context.Value(key)
}

// Format keeps the token out of every print of the context.
func (l *loading[U]) Format(f fmt.State, _ rune) { io.WriteString(f, "login context") }
