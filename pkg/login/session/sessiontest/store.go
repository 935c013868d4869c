package sessiontest

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// CheckStore reports where a store breaks the promises of [session.Store] and
// [session.Log]. It calls open several times for handles on the same store, as several
// processes have them.
func CheckStore(ctx context.Context, open func() (session.Store, error)) error {
	c := newStoreCheck(ctx)
	c.run("opening the store", func() { c.store, c.other = opened(&c.report, open), opened(&c.report, open) })
	if c.store == nil || c.other == nil {
		return c.err(ctx)
	}
	for _, p := range storePromises {
		c.run(p.name, func() { p.check(c) })
	}
	c.run("a store that was opened again", func() { c.checkReopened(opened(&c.report, open)) })
	l := &logCheck{report: &c.report, ctx: ctx, log: c.store, other: c.other, name: c.name}
	l.checkAll()
	return c.err(ctx)
}

// storePromises is read only.
var storePromises = []struct {
	name  string
	check func(*storeCheck)
}{
	{"a session that was created", (*storeCheck).checkCreated},
	{"an ID that is there", (*storeCheck).checkExists},
	{"a record that is not valid", (*storeCheck).checkInvalid},
	{"the largest record", (*storeCheck).checkLargest},
	{"a rotation", (*storeCheck).checkRotated},
	{"a retry within the grace", (*storeCheck).checkRetried},
	{"a retry by a clock that is behind", (*storeCheck).checkSkewed},
	{"a rotation without a grace", (*storeCheck).checkNoGrace},
	{"the reuse of an old token", (*storeCheck).checkReused},
	{"a token ahead of the record", (*storeCheck).checkAhead},
	{"a late retry", (*storeCheck).checkLate},
	{"the idle end", (*storeCheck).checkIdleEnd},
	{"the absolute end", (*storeCheck).checkAbsoluteEnd},
	{"a rotation that is not valid", (*storeCheck).checkInvalidRotation},
	{"a session of another subject", (*storeCheck).checkAnotherSubject},
	{"ending a session", (*storeCheck).checkEnd},
	{"ending all sessions", (*storeCheck).checkEndAll},
	{"reading a session", (*storeCheck).checkGet},
	{"listing sessions", (*storeCheck).checkList},
	{"names that look alike", (*storeCheck).checkNames},
	{"two handles on one store", (*storeCheck).checkHandles},
	{"a context that is over", (*storeCheck).checkCanceled},
	{"ended sessions in the log", (*storeCheck).checkEndedLog},
	{"rotations at once", (*storeCheck).checkRaces},
	{"an end amid refreshes", (*storeCheck).checkEndAmid},
	{"logins at once", (*storeCheck).checkLogins},
}

// grace is the grace of rotations where it matters.
const grace = 10 * time.Second

// storeCheck is a store under check.
type storeCheck struct {
	report
	ctx          context.Context
	store, other session.Store
	name         string    // of this run
	now          time.Time // when it began
	made         int       // sessions
	rounds       int       // of each race
}

func newStoreCheck(ctx context.Context) *storeCheck {
	return &storeCheck{ctx: ctx, name: runName(), now: time.Now().UTC().Truncate(time.Millisecond), rounds: 4}
}

// record returns a new session for an hour without a refresh, three in all.
func (c *storeCheck) record() session.Record {
	c.made++
	return session.Record{
		Subject: "ada-" + c.name, ID: fmt.Sprintf("%s-%d", c.name, c.made), Device: "Firefox on Debian",
		Scopes: []string{"posts:read", "posts:write"}, Data: []byte(`{"amr":["pwd"]}`),
		Created: c.now, Rotated: c.now, Idle: time.Hour, IdleUntil: c.now.Add(time.Hour), Until: c.now.Add(3 * time.Hour),
	}
}

func (c *storeCheck) create(rec session.Record) session.Record {
	if err := c.store.Create(c.ctx, rec, c.now); err != nil {
		c.fatalf("Create: %w", err)
	}
	return rec
}

// session creates one.
func (c *storeCheck) session() session.Record { return c.create(c.record()) }

// rotation presents a generation of rec at a time after the beginning.
func (c *storeCheck) rotation(rec session.Record, generation uint64, after time.Duration) session.Rotation {
	return session.Rotation{Subject: rec.Subject, ID: rec.ID, Presented: generation, Now: c.now.Add(after), Grace: grace}
}

// rotate makes a rotation that must have the outcome want.
func (c *storeCheck) rotate(name string, r session.Rotation, want session.Outcome) session.Record {
	return c.rotateWith(c.store, name, r, want)
}

func (c *storeCheck) rotateWith(store session.Store, name string, r session.Rotation, want session.Outcome) session.Record {
	rec, outcome, err := store.Rotate(c.ctx, r)
	switch {
	case err != nil:
		c.fatalf("%s: Rotate: %w", name, err)
	case outcome != want:
		c.failf("%s: the outcome is %v, want %v", name, outcome, want)
	case outcome == session.Unknown && !reflect.DeepEqual(rec, session.Record{}):
		c.failf("%s: the record of an unknown session is not zero", name)
	}
	return rec
}

// same compares a record with the one that is wanted.
func (c *storeCheck) same(name string, got, want session.Record) {
	if len(got.Scopes) == 0 && len(want.Scopes) == 0 {
		got.Scopes, want.Scopes = nil, nil
	}
	if len(got.Data) == 0 && len(want.Data) == 0 {
		got.Data, want.Data = nil, nil
	}
	if !reflect.DeepEqual(got, want) {
		c.failf("%s: the record is\n\t%+v, want\n\t%+v", name, got, want)
	}
}

// list returns the live sessions of a subject by their IDs.
func (c *storeCheck) list(store session.Store, subject string, now time.Time) map[string]session.Record {
	list, err := store.List(c.ctx, subject, now)
	if err != nil {
		c.fatalf("List: %w", err)
	}
	byID := make(map[string]session.Record)
	for _, rec := range list {
		byID[rec.ID] = rec
	}
	if len(byID) != len(list) {
		c.failf("List returned %d sessions with %d different IDs", len(list), len(byID))
	}
	return byID
}

func (c *storeCheck) end(subject, id string, want bool, name string) {
	ended, err := c.store.End(c.ctx, subject, id)
	if err != nil {
		c.fatalf("%s: End: %w", name, err)
	}
	if ended != want {
		c.failf("%s: End reports %v, want %v", name, ended, want)
	}
}

func (c *storeCheck) endAll(subject, except string) []string {
	ended, err := c.store.EndAll(c.ctx, subject, except)
	if err != nil {
		c.fatalf("EndAll: %w", err)
	}
	return ended
}
