package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// Refresh exchanges a refresh token for the next tokens. [Classify] says which tokens
// are good. In this order it
//
//  1. checks the signature of the token;
//  2. loads the user with the claims of the session, and asks Config.Allowed: if the
//     loader is down, nothing is spent, and a user who is gone or forbidden ends the
//     session;
//  3. rotates the session in the store, and issues the tokens.
//
// The new access token has the scopes of the login that the user may have now.
//
// The error matches [login.ErrUnavailable] if the client is to try the same token
// again, and [login.ErrInvalidToken] if the session is over for certain: [ErrEnded],
// [ErrReused], or the failure of the token.
func (m *Manager[U]) Refresh(ctx context.Context, token string) (Pair, error) {
	pair, _, err := m.refresh(ctx, token, nil)
	return pair, err
}

// errWiderScope is answered invalid_scope (RFC 6749 section 6).
var errWiderScope = errors.New("a refresh asks for a scope that the login did not grant")

// refresh is Refresh for some of the scopes, or for all if narrow is empty. It returns
// the scopes of the access token.
func (m *Manager[U]) refresh(ctx context.Context, token string, narrow []string) (Pair, []string, error) {
	start := time.Now()
	e := login.Event{Action: "refresh"}
	pair, scopes, err := m.refreshToken(ctx, token, narrow, &e)
	e.Err, e.TokenID, e.Duration = err, pair.Access.ID(), time.Since(start)
	m.report(ctx, e)
	return pair, scopes, err
}

func (m *Manager[U]) refreshToken(ctx context.Context, token string, narrow []string, e *login.Event) (Pair, []string, error) {
	p, err := openRefresh(m.config.Keys, token)
	if err != nil {
		return Pair{}, nil, err
	}
	e.Subject, e.SessionID = p.subject, p.id
	allowed, err := m.allowed(ctx, p, narrow)
	if err != nil {
		return Pair{}, nil, err
	}
	rec, outcome, err := m.config.Store.Rotate(ctx, Rotation{
		Subject: p.subject, ID: p.id, Presented: p.generation,
		Now: m.now(), Grace: m.config.Grace, Late: m.config.Late,
	})
	if err != nil {
		return Pair{}, nil, unavailable("rotating a session", err)
	}
	e.Reason = outcome.String()
	switch {
	case outcome == Reused:
		m.feed.Add(endedSession(p.id, m.now()))
		if m.config.OnReuse != nil {
			m.config.OnReuse(ctx, sessionOf(rec))
		}
		return Pair{}, nil, ErrReused
	case !outcome.Granted():
		return Pair{}, nil, ErrEnded
	case allowed == nil:
		// The session was not in the list and is in the store: a replica of the database
		// lags. The same token is good for a retry.
		return Pair{}, nil, unavailable("rotating a session", errors.New("the store has just learned of it"))
	}
	scopes := slices.DeleteFunc(slices.Clone(rec.Scopes), func(s string) bool {
		return !allowed(s) || len(narrow) > 0 && !slices.Contains(narrow, s)
	})
	pair, err := m.pair(rec, scopes)
	if err != nil && !errors.Is(err, ErrEnded) {
		// Whatever is wrong here, the session is not over.
		err = unavailable("issuing the tokens", err)
	}
	return pair, scopes, err
}

// allowed loads the user of a session and returns the scopes that it may have now. It
// is nil if there is no such session, or no live one: the store then says why.
func (m *Manager[U]) allowed(ctx context.Context, p presented, narrow []string) (func(scope string) bool, error) {
	list, err := m.config.Store.List(ctx, p.subject, m.now())
	if err != nil {
		return nil, unavailable("reading a session", err)
	}
	i := slices.IndexFunc(list, func(rec Record) bool { return rec.ID == p.id })
	if i < 0 {
		return nil, nil
	}
	for _, scope := range narrow {
		if !slices.Contains(list[i].Scopes, scope) {
			return nil, errWiderScope
		}
	}
	g, _, err := grantOf(list[i])
	if err != nil {
		return nil, unavailable("reading a session", err)
	}
	user, err := m.LoadUser(ctx, g)
	if err != nil {
		return nil, m.endRefused(ctx, p, err)
	}
	if m.config.Allowed == nil {
		return func(string) bool { return true }, nil
	}
	scopes, err := m.config.Allowed(ctx, user)
	if err != nil {
		return nil, m.endRefused(ctx, p, err)
	}
	return func(scope string) bool { return slices.Contains(scopes, scope) }, nil
}

// endRefused ends the session of a user who is gone or forbidden. Every other failure is
// an outage: a client that is answered 500 would forget the session.
func (m *Manager[U]) endRefused(ctx context.Context, p presented, err error) error {
	outage := errors.Is(err, login.ErrUnavailable) || ctx.Err() != nil
	if outage || !errors.Is(err, login.ErrUserNotFound) && !errors.Is(err, login.ErrForbidden) {
		return unavailable("loading the user", err)
	}
	if err := m.End(ctx, p.subject, p.id); err != nil {
		return err
	}
	return fmt.Errorf("%w: %v", ErrEnded, err)
}
