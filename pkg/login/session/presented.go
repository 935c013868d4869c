package session

import (
	"context"
	"fmt"

	"github.com/loginctl/loginctl/pkg/login"
)

// EndToken ends the session of a refresh token of any generation, for the EndSession of
// an oauth.Revocation. The error matches [login.ErrInvalidToken] if the token is not one
// of this service. To end a session twice is not an error.
func (m *Manager[U]) EndToken(ctx context.Context, token string) error {
	p, err := openRefresh(m.config.Keys, token)
	if err != nil {
		return err
	}
	return m.End(ctx, p.subject, p.id)
}

// InspectToken returns the session of a refresh token as claims, for the Session of an
// oauth.Introspection. It changes nothing. The error matches [login.ErrInvalidToken]
// unless the token is the last one of a live session.
func (m *Manager[U]) InspectToken(ctx context.Context, token string) (*login.Claims, error) {
	p, err := openRefresh(m.config.Keys, token)
	if err != nil {
		return nil, err
	}
	rec, found, err := m.config.Store.Get(ctx, p.subject, p.id)
	if err != nil {
		return nil, unavailable("looking for a session", err)
	}
	if !found || !rec.Live(milliseconds(m.now())) || rec.Generation != p.generation {
		return nil, fmt.Errorf("refresh token: %w", login.ErrRevoked)
	}
	return &login.Claims{
		Issuer: m.auth.Issuer, Subject: rec.Subject, SessionID: rec.ID, Scopes: rec.Scopes,
		IssuedAt: rec.Rotated, ExpiresAt: rec.IdleUntil,
	}, nil
}
