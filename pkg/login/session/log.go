package session

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Log is a list of revocations that many processes share. A [Feed] reads it.
type Log interface {
	// Note adds entries. When it has returned nil, they are durable, and every call
	// of Since that begins later returns them. After an error, some may be added;
	// to note an entry twice is harmless.
	Note(ctx context.Context, list ...Revocation) error

	// Since returns the entries that were noted at or after a time by the clock of
	// the log, in any order, and that clock as it was before the entries were read.
	// The entries that are past their Until may be left out. If since is zero, all
	// others are returned.
	//
	// A database dates an entry before it commits it. So a reader asks again for
	// some time before the last clock that it was given.
	Since(ctx context.Context, since time.Time) (list []Revocation, clock time.Time, err error)
}

// Revocation is an entry of a [Log]. Logs keep times to the millisecond.
type Revocation struct {
	Kind RevocationKind
	// Issuer is the iss of the tokens. For a session, an empty one stands for all.
	Issuer string
	// ID is a jti, a sid or a sub.
	ID string
	// Before is set for a subject: tokens issued before that time are revoked.
	Before time.Time
	// Until is the time when the entry can be forgotten, because all of the tokens
	// have expired.
	Until time.Time
}

// RevocationKind tells which tokens a [Revocation] revokes.
type RevocationKind uint8

// The kinds of revocations.
const (
	RevokedToken   RevocationKind = iota + 1 // the token with a jti
	RevokedSession                           // every token with a sid
	RevokedSubject                           // the tokens of a sub, up to a time
)

// maxName is the greatest length of an issuer and of an ID in a log.
const maxName = 1024

// Validate returns an error unless r can be noted. Every log calls it.
func (r *Revocation) Validate() error {
	switch {
	case r.Kind < RevokedToken || r.Kind > RevokedSubject:
		return fmt.Errorf("a revocation is of a token, a session or a subject, not of kind %d", r.Kind)
	case r.ID == "" || len(r.ID) > maxName || len(r.Issuer) > maxName:
		return fmt.Errorf("the ID of a revocation has 1 to %d bytes, and its issuer at most as many", maxName)
	case r.Until.IsZero():
		return errors.New("a revocation has a time when it can be forgotten: set Until")
	case r.Before.IsZero() == (r.Kind == RevokedSubject):
		return errors.New("the time Before is set in the revocation of a subject, and in no other one")
	}
	return nil
}

// normalized returns r as every log returns it.
func (r Revocation) normalized() Revocation {
	r.Before, r.Until = milliseconds(r.Before), milliseconds(r.Until)
	return r
}
