package login

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
)

// visit is what a manager found out about one request. It is at the same time
// the context that the handler gets, so that a request costs one allocation
// for both.
//
// A visit does not change once it is in a request's context: goroutines of the
// handler may read it. What handlers are given of it is a copy, so that nested
// guards judge by what was verified.
type visit[U any] struct {
	context.Context // the request's
	manager         *Manager[U]
	source          Source
	token           *string // see [Manager.visit]
	claims          *Claims // nil unless the token is good; maybe the cache's, not to be changed
	user            U
	err             error     // why there is no user
	vary            [1]string // memory for the header field
	given           atomic.Pointer[Principal[U]]
}

// visit makes the visit of a request that carries found. The token's text
// stands behind a pointer of its own: for a verb that does not fit, or inside
// somebody's struct, package fmt prints what one pointer points to.
func (m *Manager[U]) visit(ctx context.Context, found credential) *visit[U] {
	made := new(struct {
		visit visit[U]
		token string
	})
	v := &made.visit
	v.Context, v.manager, v.source = ctx, m, found.source
	made.token, v.token = found.token, &made.token
	return v
}

// isOf reports whether the visit is about that token, from that source.
func (v *visit[U]) isOf(found credential) bool {
	return v.source == found.source && *v.token == found.token
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

// principal returns what handlers are given, made when the first one asks.
func (v *visit[U]) principal() *Principal[U] {
	if p := v.given.Load(); p != nil {
		return p
	}
	made := new(struct {
		Principal[U]
		claimsCopy
	})
	made.Principal = Principal[U]{User: v.user, Claims: made.of(v.claims), Source: v.source}
	if !v.given.CompareAndSwap(nil, &made.Principal) {
		return v.given.Load() // a goroutine of the handler was faster
	}
	return &made.Principal
}

// claimsCopy is memory for claims and for the few scopes that most have.
type claimsCopy struct {
	claims Claims
	lists  [4]string
}

func (m *claimsCopy) of(c *Claims) *Claims {
	m.claims = *c
	list := append(append(m.lists[:0:len(m.lists)], c.Audience...), c.Scopes...)
	m.claims.Audience, m.claims.Scopes = splitList(list, len(c.Audience))
	return &m.claims
}

// pass takes the visit of a token that was verified through what is left, in
// this order: the scopes, the user. One that is not fresh has its user.
func (v *visit[U]) pass(rule scopeRule, fresh bool) error {
	if v.claims == nil {
		return v.err
	}
	if err := rule.check(v.claims); err != nil {
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
	v.user = user
	if err == nil && isNobody(&v.user) {
		err = ErrUserNotFound
	}
	if err != nil {
		var nobody U
		v.user = nobody
		return outcome(v.Context, "loading the user", err, ErrUserNotFound, ErrForbidden)
	}
	return nil
}

// loading is the same visit as the loader's context: it answers for the claims.
type loading[U any] visit[U]

func (l *loading[U]) Value(key any) any {
	if key == any(loadingKey{}) {
		return new(claimsCopy).of(l.claims)
	}
	return l.Context.Value(key)
}

// Format keeps the token out of every print of the context.
func (l *loading[U]) Format(f fmt.State, _ rune) { io.WriteString(f, "login context") }
