package session

import (
	"context"
	"time"
)

// Store keeps sessions. Package sessiontest checks that an implementation keeps the
// promises below.
//
// Many goroutines and processes call the methods at once. Each method is one atomic
// step. An error means that the step may have happened or not; it is always safe to
// make it again. A context that is over is an error.
//
// Subjects and IDs are arbitrary bytes: no other case, trailing space or zero byte
// makes two of them equal.
//
// A store decides about expiry by the time that the caller gives, and dates entries
// of its [Log] by its clock. It removes sessions a while after their Until, without
// a goroutine: the sooner they are gone, the sooner Ended turns into Unknown, which
// is also a refusal.
//
// As a Log, a store also returns each session that has ended, as a [Revocation] of
// kind RevokedSession without an issuer. It is in the log before End, EndAll, or a
// Rotate with the outcome Reused returns.
type Store interface {
	Log

	// Create adds a session. A session of the same subject and ID is an error.
	Create(ctx context.Context, rec Record, now time.Time) error

	// Rotate makes the step of [Step]. It returns the record as this call left it:
	// in the outcome Rotated, its Generation is always Presented + 1.
	Rotate(ctx context.Context, r Rotation) (Record, Outcome, error)

	// End ends a session, and reports whether this call did. A session that is
	// not there, or that another subject has, is not an error.
	End(ctx context.Context, subject, id string) (ended bool, err error)

	// EndAll ends all sessions of a subject but one, and returns the IDs of those
	// that this call ended. If except is empty, it ends all.
	EndAll(ctx context.Context, subject, except string) (ended []string, err error)

	// Get returns a session, also one that has ended or expired, and reports whether the
	// subject has it.
	Get(ctx context.Context, subject, id string) (rec Record, found bool, err error)

	// List returns the live sessions of a subject, in any order.
	List(ctx context.Context, subject string, now time.Time) ([]Record, error)
}
