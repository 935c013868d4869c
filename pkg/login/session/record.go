package session

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Record is one session as a [Store] keeps it. Stores keep times and durations to
// the millisecond, and return times in UTC.
type Record struct {
	// Subject is the user, as in the sub claim of access tokens. It is compared
	// byte by byte, and so is ID.
	Subject string
	// ID is the sid claim of access tokens. It is unique in the store.
	ID string

	// Device is a text by which the user recognizes the session.
	Device string
	// Scopes were granted at the login.
	Scopes []string
	// Data belongs to the session manager. Stores do not read it.
	Data []byte

	// Generation is that of the refresh token that is good now. It begins with 0.
	Generation uint64
	// Created is the time of the login.
	Created time.Time
	// Rotated is the time when Generation was made.
	Rotated time.Time
	// Late is the time of the last late retry, or zero.
	Late time.Time

	// Idle is the time that a session goes on without a refresh.
	Idle time.Duration
	// IdleUntil is the time when the session expires unless it is refreshed. It is
	// never after Until.
	IdleUntil time.Time
	// Until is the time when the session expires in any case.
	Until time.Time
	// Ended reports that the session was ended, by a call or by the reuse of an old
	// refresh token.
	Ended bool
}

// The limits of a record are the same in every store, so that a service can move
// from one to another. All are in bytes.
const (
	maxID      = 128
	maxSubject = 1024
	maxDevice  = 1024
	maxScopes  = 8 << 10
	maxData    = 16 << 10
)

// Live reports whether the session can be refreshed at that time.
func (r *Record) Live(now time.Time) bool {
	return !r.Ended && now.Before(r.Until) && now.Before(r.IdleUntil)
}

// Validate returns an error unless r can be the argument of [Store.Create]. Every
// store calls it.
func (r *Record) Validate() error {
	return errors.Join(
		size("an ID", r.ID, 1, maxID),
		size("a subject", r.Subject, 1, maxSubject),
		size("a device", r.Device, 0, maxDevice),
		size("the scopes together", strings.Join(r.Scopes, " "), 0, maxScopes),
		size("the data", string(r.Data), 0, maxData),
		r.validateTexts(),
		r.validateTimes(),
	)
}

func size(name, value string, least, most int) error {
	if len(value) < least || len(value) > most {
		return fmt.Errorf("%s of a session has %d to %d bytes, this one has %d", name, least, most, len(value))
	}
	return nil
}

func (r *Record) validateTexts() error {
	// One store keeps these in JSON, which has no bytes that are not UTF-8.
	if !utf8.ValidString(r.Device) {
		return errors.New("the device of a session is valid UTF-8, this one is not")
	}
	for _, scope := range r.Scopes {
		if scope == "" || strings.ContainsAny(scope, " \t\r\n\v\f") || !utf8.ValidString(scope) {
			return fmt.Errorf("the scope %q of a session is empty, has a space, or is not UTF-8", scope)
		}
	}
	return nil
}

func (r *Record) validateTimes() error {
	switch {
	case r.Created.IsZero() || r.Rotated.IsZero():
		return errors.New("a session has the times when it was created and rotated")
	case r.Idle < time.Millisecond:
		return fmt.Errorf("the idle time of a session is %v, give at least a millisecond", r.Idle)
	case r.IdleUntil.IsZero() || r.Until.Before(r.IdleUntil):
		return errors.New("the idle end of a session is set and not after its end")
	case r.Generation > MaxGeneration || r.Ended:
		return errors.New("a session that is created has not ended and is of a small generation")
	}
	return nil
}

// normalized returns a copy of r as every store returns it.
func (r Record) normalized() Record {
	r.Scopes = append([]string(nil), r.Scopes...)
	r.Data = append([]byte(nil), r.Data...)
	for _, t := range []*time.Time{&r.Created, &r.Rotated, &r.Late, &r.IdleUntil, &r.Until} {
		*t = milliseconds(*t)
	}
	r.Idle = r.Idle.Truncate(time.Millisecond)
	return r
}

// milliseconds cuts off the rest of a time below the millisecond, and its location.
func milliseconds(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(t.UnixMilli()).UTC()
}
