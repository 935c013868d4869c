package login

import (
	"context"
	"time"
)

// Event is one decision. It never holds a token.
//
// A request that is let in or refused is one decision, however many guards of
// one manager it passes; a guard that refuses what an outer one let in makes
// another. What Deny, TokenHandler and Logout do are decisions too.
type Event struct {
	// Action is what was decided about.
	Action Action
	// Reason is the word of [Reason]: "ok" when let in. It is "canceled" when
	// the client left.
	Reason string
	// Err is nil when let in. Its text may quote what a loader said.
	Err error
	// Anonymous says that Optional let the request in without a user, for Reason.
	Anonymous bool
	// Source is where the token was; zero when there was none, and after AuthenticateToken.
	Source Source
	// KeyID, Subject and TokenID are of the token, and only set once it was
	// verified; after a login, whose token is new, there is no KeyID.
	KeyID, Subject, TokenID string
	// Duration is how long the decision took, the loader included.
	Duration time.Duration
}

// Action is what an [Event] is about.
type Action string

// The actions there are.
const (
	ActionAuthenticate Action = "authenticate" // a guard, Authenticate, AuthenticateToken, Verify
	ActionDeny         Action = "deny"         // a guard of the service's own, by Deny
	ActionLogin        Action = "login"        // TokenHandler
	ActionLogout       Action = "logout"       // Logout
)

// started is when a decision began; nobody asks when there is nobody to tell.
func (m *Manager[U]) started() time.Time {
	if m.onEvent == nil {
		return time.Time{}
	}
	return time.Now()
}

// report tells of a decision. A guard that lets in what an outer one let in,
// with a user or as anonymous, has nothing to add.
func (m *Manager[U]) report(ctx context.Context, d *decision[U]) {
	if m.onEvent == nil || !d.fresh && (d.err == nil || d.anonymous) {
		return
	}
	e := Event{
		Action:    ActionAuthenticate,
		Err:       d.err,
		Anonymous: d.anonymous,
		Source:    d.visit.source,
		Duration:  time.Since(d.start),
	}
	e.about(d.visit.claims)
	m.send(ctx, e)
}

// reportDenial tells of a guard of the service's own.
func (m *Manager[U]) reportDenial(ctx context.Context, err error) {
	if m.onEvent == nil {
		return
	}
	e := Event{Action: ActionDeny, Err: err}
	if v := m.visitIn(ctx); v != nil {
		e.Source = v.source
		e.about(v.claims)
	}
	m.send(ctx, e)
}

// about fills in what a verified token says; c is nil when there is none.
func (e *Event) about(c *Claims) {
	if c == nil {
		return
	}
	e.KeyID, e.Subject, e.TokenID = c.KeyID, c.Subject, c.ID
}

func (m *Manager[U]) send(ctx context.Context, e Event) {
	e.Reason = Reason(e.Err)
	if clientGone(ctx, e.Err) {
		e.Reason = "canceled"
	}
	m.onEvent(ctx, e)
}
