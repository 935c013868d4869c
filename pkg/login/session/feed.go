package session

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/revoked"
)

// ErrStale means that a [Feed] could not read its log for longer than
// FeedConfig.Stale.
var ErrStale = errors.New("the view of revocations is too old")

// Feed tells from memory whether a token is revoked. It implements
// [login.Revocations] for any number of replicas of a service, each with a feed over
// the same [Log]: a database, or the stream of package redisstore.
//
// An entry that one replica has noted is seen there at once, and by every other one
// at most FeedConfig.Stale later; otherwise the replica does not answer. With
// [Feed.Run] it takes FeedConfig.Every and one read, or one read with a wake-up.
// Without Run, a token reads the log in the background when the view is older than
// Every.
//
// A Feed is safe for concurrent use. A check asks only this memory, and costs the same
// with a thousand entries as with a million.
type Feed struct {
	log    Log
	config FeedConfig
	start  time.Time // of the monotonic clock
	table  *revokedTable

	read    atomic.Pointer[moment] // when the read that the view rests on began
	running atomic.Int32           // calls of Run
	reads   feedReads
}

var _ login.Revocations = (*Feed)(nil)

// NewFeed returns a feed over a log. It does no I/O and starts no goroutine.
func NewFeed(log Log, config FeedConfig) (*Feed, error) {
	config, err := config.checked()
	if log == nil {
		err = errors.Join(errors.New("a feed has a log: give a store"), err)
	}
	if err != nil {
		return nil, err
	}
	return &Feed{log: log, config: config, start: config.Now(), table: newRevokedTable()}, nil
}

// Revoked implements [login.Revocations]. The error matches ErrStale when the view
// is too old and the log does not answer.
func (f *Feed) Revoked(ctx context.Context, c *login.Claims) (bool, error) {
	return f.answer(ctx, &revoked.Query{
		Issuer: c.Issuer, ID: c.ID, Subject: c.Subject, SessionID: c.SessionID, IssuedAt: c.IssuedAt, ExpiresAt: c.ExpiresAt,
	})
}

// Lookup is Revoked for package login, which saves a copy of the claims. If f is a part
// of the store that was asked, own is false, so that the Revoked of that store decides.
func (f *Feed) Lookup(ctx context.Context, q revoked.Query) (found, own bool, err error) {
	if q.Store != any(f) {
		return false, false, nil
	}
	found, err = f.answer(ctx, &q)
	return found, true, err
}

func (f *Feed) answer(ctx context.Context, q *revoked.Query) (bool, error) {
	if err := f.refresh(ctx); err != nil {
		return false, err
	}
	return f.revoked(q), nil
}

// revoked looks a token up in the view.
func (f *Feed) revoked(c *revoked.Query) bool {
	// The entries about such a token may be forgotten while it lives.
	if c.ExpiresAt.IsZero() || c.ExpiresAt.Sub(c.IssuedAt) > f.config.Longest {
		return true
	}
	if f.table.has(keyToken, c.Issuer, c.ID) {
		return true
	}
	if sid := c.SessionID; sid != "" && (f.table.has(keyAnySession, "", sid) || f.table.has(keySession, c.Issuer, sid)) {
		return true
	}
	cut, ok := f.table.cut(c.Issuer, c.Subject)
	return ok && c.IssuedAt.Before(cut)
}

// Revoke implements [login.Revocations]. A token without jti is an error.
func (f *Feed) Revoke(ctx context.Context, c *login.Claims) error {
	until := c.ExpiresAt
	if until.IsZero() {
		// Revoked refuses such tokens anyway.
		until = f.config.Now().Add(f.config.Longest)
	}
	return f.note(ctx, Revocation{Kind: RevokedToken, Issuer: c.Issuer, ID: c.ID, Until: until.Add(margin)})
}

// RevokeSession revokes every access token with that sid of one issuer. A session
// in a [Store] is ended by [Store.End] instead, which also revokes its tokens.
func (f *Feed) RevokeSession(ctx context.Context, issuer, sid string) error {
	until := f.config.Now().Add(f.config.Longest + margin)
	return f.note(ctx, Revocation{Kind: RevokedSession, Issuer: issuer, ID: sid, Until: until})
}

// RevokeSubject implements [login.Revocations].
func (f *Feed) RevokeSubject(ctx context.Context, issuer, subject string, t time.Time) error {
	// iat has whole seconds, so the whole second of t is revoked.
	cut := t.Truncate(time.Second)
	if cut.Before(t) {
		cut = cut.Add(time.Second)
	}
	last := f.config.Now()
	if cut.After(last) {
		last = cut
	}
	return f.note(ctx, Revocation{Kind: RevokedSubject, Issuer: issuer, ID: subject, Before: cut, Until: last.Add(f.config.Longest + margin)})
}

func (f *Feed) note(ctx context.Context, r Revocation) error {
	if err := r.Validate(); err != nil {
		return err
	}
	if err := f.log.Note(ctx, r); err != nil {
		return err
	}
	f.Add(r)
	return nil
}

// Add enters revocations in the view of this replica alone: those that it has made
// in the log by other means, such as [Store.End].
func (f *Feed) Add(list ...Revocation) {
	f.table.add(f.config.Now(), list)
}
