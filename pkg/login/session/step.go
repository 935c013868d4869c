package session

import (
	"errors"
	"fmt"
	"time"
)

// MaxGeneration is the greatest generation that a refresh token can name. Scripts of
// Redis count in floating point, which is exact up to here.
const MaxGeneration = 1<<53 - 2

// Rotation asks for one step of a session: a client has presented the refresh token
// of a generation. The caller has checked the signature of the token.
type Rotation struct {
	Subject, ID string
	// Presented is the generation in the token.
	Presented uint64
	// Now is the caller's time, to the millisecond.
	Now time.Time
	// Grace is how long the token before the last one can be presented again after
	// a rotation, because its answer was lost, and after a late retry, because a page
	// makes several requests at once. If zero, it cannot.
	Grace time.Duration
	// Late is the time in which one such retry may also be later than Grace. If
	// zero, it may not.
	Late time.Duration
}

// Validate returns an error unless r can be the argument of [Store.Rotate]. Every
// store calls it.
func (r *Rotation) Validate() error {
	switch {
	case r.Presented > MaxGeneration:
		return fmt.Errorf("the generation of a refresh token is at most %d", uint64(MaxGeneration))
	case r.Now.IsZero():
		return errors.New("a rotation has a time: set Now")
	case r.Grace < 0 || r.Late < 0:
		return errors.New("the grace of a rotation is not negative")
	}
	return nil
}

// Outcome is the meaning of a [Rotation]. The zero value refuses.
type Outcome uint8

// The outcomes. [Outcome.Granted] tells those that give the client tokens.
const (
	// Unknown means that the subject does not have the session.
	Unknown Outcome = iota
	// Ended means that the session was ended earlier.
	Ended
	// Expired means that the session was idle for too long, or is too old.
	Expired
	// Reused means that the token is an old one, and that this call has ended the
	// session for it. Other calls with it have the outcome Ended.
	Reused
	// Rotated means that this call, and no other one, made the next generation.
	Rotated
	// Ahead is Rotated with a token of a later generation than the record. Only
	// generations that were committed have tokens, so the store has lost some: it
	// was restored from a copy, or a replica took over. The client goes on, and
	// a token of the record's generation is an old one from now on.
	Ahead
	// Retried means that the token before the last one came again within Grace of the
	// rotation or of the late retry. The record is unchanged, and the client is given
	// the tokens of its generation again.
	Retried
	// Late is Retried after Grace, the only time within Rotation.Late.
	Late
)

var outcomes = [...]string{"unknown", "ended", "expired", "reused", "rotated", "ahead", "retried", "late"}

// String returns the name of the outcome in lower case.
func (o Outcome) String() string {
	if int(o) < len(outcomes) {
		return outcomes[o]
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// Granted reports whether the client is given the tokens of the generation in the
// record.
func (o Outcome) Granted() bool {
	return o == Rotated || o == Ahead || o == Retried || o == Late
}

// Classify returns the outcome of a rotation of a record. With p for the presented
// generation and g for that of the record, the first row that fits is
//
//	another subject or ID                                      Unknown
//	the session has ended                                      Ended
//	Now is not before Until and IdleUntil                      Expired
//	p = g                                                      Rotated
//	p > g                                                      Ahead
//	p = g-1, Now is before Rotated + Grace or Late + Grace     Retried
//	p = g-1, there was no late retry within Rotation.Late      Late
//	otherwise                                                  Reused
//
// A refusal is final: no later state of the record makes a success of it. So a store
// may write a rotation on condition, and use Classify to find out why it could not.
// The record is as a store keeps it, with times to the millisecond.
func Classify(rec Record, r Rotation) Outcome {
	now := milliseconds(r.Now)
	last := r.Presented+1 == rec.Generation
	switch {
	case rec.Subject != r.Subject || rec.ID != r.ID:
		return Unknown
	case rec.Ended:
		return Ended
	case !rec.Live(now):
		return Expired
	case r.Presented == rec.Generation:
		return Rotated
	case r.Presented > rec.Generation:
		return Ahead
	// Retries within Grace are not counted: a page makes dozens of requests at once.
	// That is so after a late retry too.
	case last && r.Grace > 0 && (now.Before(rec.Rotated.Add(r.Grace)) || !rec.Late.IsZero() && now.Before(rec.Late.Add(r.Grace))):
		return Retried
	case last && r.Late > 0 && (rec.Late.IsZero() || !now.Before(rec.Late.Add(r.Late))):
		return Late
	}
	return Reused
}

// Step returns the outcome of a rotation and the record after it. If the outcome is
// Unknown, the record is zero.
func Step(rec Record, r Rotation) (Record, Outcome) {
	outcome := Classify(rec, r)
	if outcome == Unknown {
		return Record{}, Unknown
	}
	now := milliseconds(r.Now)
	switch outcome {
	case Rotated, Ahead:
		rec.Generation = r.Presented + 1
		rec.Rotated = now
		rec.IdleUntil = earlier(now.Add(rec.Idle), rec.Until)
	case Late:
		rec.Late = now
	case Reused:
		rec.Ended = true
	}
	return rec, outcome
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
