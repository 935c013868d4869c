package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
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
	pair, _, err := m.refresh(ctx, token, nil, login.Event{Action: "refresh"})
	return pair, err
}

// refresh is Refresh for some of the scopes, or for all if narrow is empty, with the
// event of its request. It returns the scopes of the access token.
func (m *Manager[U]) refresh(ctx context.Context, token string, narrow []string, e login.Event) (Pair, []string, error) {
	start := time.Now()
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
	seen, found, err := m.config.Store.Get(ctx, p.subject, p.id)
	if err != nil {
		return Pair{}, nil, unavailable("reading a session", err)
	}
	live := found && seen.Live(milliseconds(m.now()))
	var scopes []string
	if live {
		if scopes, err = m.allowed(ctx, seen, narrow); err != nil {
			return Pair{}, nil, err
		}
	}
	rec, err := m.rotate(ctx, p, e)
	if err != nil {
		return Pair{}, nil, err
	}
	if !live { // the read was of a replica of the database that lags
		if scopes, err = m.allowed(ctx, rec, narrow); err != nil {
			e.Reason = ""
			return Pair{}, nil, err
		}
	}
	pair, err := m.pair(rec, scopes)
	if errors.Is(err, ErrEnded) {
		e.Reason = Expired.String()
	} else if err != nil {
		// Whatever is wrong here, the session is not over.
		e.Reason, err = "", unavailable("issuing the tokens", err)
	}
	return pair, scopes, err
}

// rotateWithin is the longest time for the step of a session.
const rotateWithin = 10 * time.Second

// rotate makes the step of a session, with its outcome as the reason of the event.
func (m *Manager[U]) rotate(ctx context.Context, p presented, e *login.Event) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, unavailable("rotating a session", err)
	}
	// A client that leaves now must not make a secret of the outcome: reuse is told once,
	// and a thief would see to it that it is not.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rotateWithin)
	defer cancel()
	rec, outcome, err := m.config.Store.Rotate(ctx, Rotation{
		Subject: p.subject, ID: p.id, Presented: p.generation,
		Now: m.now(), Grace: m.config.Grace, Late: m.config.Late,
	})
	if err != nil {
		return Record{}, unavailable("rotating a session", err)
	}
	e.Reason = outcome.String()
	switch {
	case outcome == Reused:
		m.feed.Add(endedSession(p.id, m.now()))
		if m.config.OnReuse != nil {
			m.config.OnReuse(context.WithoutCancel(ctx), sessionOf(rec))
		}
		return Record{}, ErrReused
	case !outcome.Granted():
		return Record{}, ErrEnded
	}
	return rec, nil
}

// allowed loads the user of a session and returns the scopes for its next access token:
// those of the login that the user may have now, and of these the ones in narrow unless
// that is empty.
func (m *Manager[U]) allowed(ctx context.Context, rec Record, narrow []string) ([]string, error) {
	for _, scope := range narrow {
		if !slices.Contains(rec.Scopes, scope) {
			return nil, oauth.ErrScope // RFC 6749 section 6
		}
	}
	g, _, err := grantOf(rec)
	if err != nil {
		return nil, unavailable("reading a session", err)
	}
	user, err := m.LoadUser(ctx, g)
	if err != nil {
		return nil, m.endRefused(ctx, rec, err)
	}
	scopes := slices.Clone(rec.Scopes)
	if m.config.Allowed != nil {
		now, err := m.config.Allowed(ctx, user)
		if err != nil {
			return nil, m.endRefused(ctx, rec, err)
		}
		scopes = slices.DeleteFunc(scopes, func(s string) bool { return !slices.Contains(now, s) })
	}
	if len(narrow) > 0 {
		scopes = slices.DeleteFunc(scopes, func(s string) bool { return !slices.Contains(narrow, s) })
	}
	return scopes, nil
}

// endRefused ends the session of a user who is gone or forbidden. Every other failure is
// an outage: a client that is answered 500 would forget the session.
func (m *Manager[U]) endRefused(ctx context.Context, rec Record, err error) error {
	outage := errors.Is(err, login.ErrUnavailable) || ctx.Err() != nil
	if outage || !errors.Is(err, login.ErrUserNotFound) && !errors.Is(err, login.ErrForbidden) {
		return unavailable("loading the user", err)
	}
	if err := m.End(ctx, rec.Subject, rec.ID); err != nil {
		return err
	}
	return fmt.Errorf("%w: %v", ErrEnded, err)
}
