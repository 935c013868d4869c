package sessiontest

import (
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// Promises about single rotations: the table of [session.Classify], row by row.

func (c *storeCheck) checkRotated() {
	rec := c.session()
	got := c.rotate("the first token", c.rotation(rec, 0, time.Minute), session.Rotated)
	want := rec
	want.Generation, want.Rotated, want.IdleUntil = 1, c.now.Add(time.Minute), c.now.Add(61*time.Minute)
	c.same("after the first rotation", got, want)
	c.same("in the list", c.list(c.store, rec.Subject, c.now)[rec.ID], want)
	for generation := range uint64(5) {
		c.rotate("one of a chain", c.rotation(rec, generation+1, 2*time.Minute), session.Rotated)
	}
}

func (c *storeCheck) checkRetried() {
	rec := c.session()
	made := c.rotate("the first token", c.rotation(rec, 0, time.Minute), session.Rotated)
	for _, after := range []time.Duration{0, time.Millisecond, grace / 2, grace - time.Millisecond} {
		got := c.rotate("again", c.rotation(rec, 0, time.Minute+after), session.Retried)
		c.same("after a retry", got, made)
	}
	c.rotate("when the grace is over", c.rotation(rec, 0, time.Minute+grace), session.Reused)
}

func (c *storeCheck) checkSkewed() {
	rec := c.session()
	c.rotate("the first token", c.rotation(rec, 0, time.Minute), session.Rotated)
	c.rotate("3 s earlier", c.rotation(rec, 0, time.Minute-3*time.Second), session.Retried)
	got := c.rotate("the next token, 3 s earlier", c.rotation(rec, 1, time.Minute-3*time.Second), session.Rotated)
	if got.Generation != 2 {
		c.failf("the generation is %d, want 2", got.Generation)
	}
}

func (c *storeCheck) checkNoGrace() {
	rec := c.session()
	r := c.rotation(rec, 0, 0)
	r.Grace = 0
	c.rotate("the first token", r, session.Rotated)
	c.rotate("again in the same millisecond", r, session.Reused)
}

func (c *storeCheck) checkReused() {
	rec := c.session()
	for generation := range uint64(4) {
		c.rotate("one of a chain", c.rotation(rec, generation, time.Minute), session.Rotated)
	}
	got := c.rotate("one older than the last, within the grace", c.rotation(rec, 2, time.Minute), session.Reused)
	if !got.Ended {
		c.failf("the record of a reused token does not say that the session has ended")
	}
	c.rotate("the old token again", c.rotation(rec, 2, time.Minute), session.Ended)
	c.rotate("the good token", c.rotation(rec, 4, time.Minute), session.Ended)
	c.end(rec.Subject, rec.ID, false, "afterwards")

	first := c.session()
	for generation := range uint64(3) {
		c.rotate("one of a chain", c.rotation(first, generation, time.Minute), session.Rotated)
	}
	c.rotate("the very first one", c.rotation(first, 0, time.Minute), session.Reused)
}

func (c *storeCheck) checkAhead() {
	rec := c.session()
	c.rotate("the first token", c.rotation(rec, 0, 0), session.Rotated)
	got := c.rotate("a token of generation 4", c.rotation(rec, 4, time.Minute), session.Ahead)
	want := rec
	want.Generation, want.Rotated, want.IdleUntil = 5, c.now.Add(time.Minute), c.now.Add(61*time.Minute)
	c.same("after it", got, want)
	c.rotate("the same again", c.rotation(rec, 4, time.Minute), session.Retried)
	c.rotate("the token that the record named", c.rotation(rec, 1, time.Minute), session.Reused)
}

func (c *storeCheck) checkLate() {
	rec := c.session()
	late := func(generation uint64, after time.Duration) session.Rotation {
		r := c.rotation(rec, generation, after)
		r.Late = time.Hour
		return r
	}
	c.rotate("the first token", late(0, 0), session.Rotated)
	got := c.rotate("again after the grace", late(0, time.Minute), session.Late)
	if got.Generation != 1 || !got.Late.Equal(c.now.Add(time.Minute)) || !got.IdleUntil.Equal(c.now.Add(time.Hour)) {
		c.failf("the record has generation %d, late %v and idle end %v", got.Generation, got.Late, got.IdleUntil)
	}
	again := c.rotate("the same within the grace of the late retry", late(0, time.Minute+grace-time.Millisecond), session.Retried)
	c.same("after it", again, got)
	c.rotate("the next token", late(1, 2*time.Minute), session.Rotated)
	c.rotate("a late retry when the first one is just over an hour ago", late(1, 61*time.Minute), session.Late)
	c.rotate("the token after it", late(2, 61*time.Minute+time.Second), session.Rotated)
	c.rotate("a retry within the grace", late(2, 61*time.Minute+time.Second+grace-time.Millisecond), session.Retried)
	c.rotate("a second late one within an hour", late(2, 121*time.Minute-time.Millisecond), session.Reused)

	old := c.session()
	for generation := range uint64(2) {
		c.rotate("one of a chain", c.rotation(old, generation, 0), session.Rotated)
	}
	r := c.rotation(old, 0, time.Minute)
	r.Late = time.Hour
	c.rotate("a late token older than the last", r, session.Reused)
}

func (c *storeCheck) checkIdleEnd() {
	rec := c.session()
	c.rotate("at the idle end", c.rotation(rec, 0, time.Hour), session.Expired)
	c.rotate("a millisecond before", c.rotation(rec, 0, time.Hour-time.Millisecond), session.Rotated)
	c.rotate("a retry at the new idle end", c.rotation(rec, 0, 2*time.Hour-time.Millisecond), session.Expired)
}

func (c *storeCheck) checkAbsoluteEnd() {
	rec := c.session()
	c.rotate("after 59 minutes", c.rotation(rec, 0, 59*time.Minute), session.Rotated)
	c.rotate("after 118 minutes", c.rotation(rec, 1, 118*time.Minute), session.Rotated)
	got := c.rotate("after 177 minutes", c.rotation(rec, 2, 177*time.Minute), session.Rotated)
	if !got.IdleUntil.Equal(rec.Until) {
		c.failf("the idle end is %v, want the absolute end, %v", got.IdleUntil, rec.Until)
	}
	c.rotate("a millisecond before the end", c.rotation(rec, 3, 3*time.Hour-time.Millisecond), session.Rotated)
	for _, generation := range []uint64{4, 3, 0, 9} {
		r := c.rotation(rec, generation, 3*time.Hour)
		r.Grace, r.Late = 4*time.Hour, 4*time.Hour
		c.rotate("at the end", r, session.Expired)
	}
}

func (c *storeCheck) checkInvalidRotation() {
	rec := c.session()
	for name, change := range map[string]func(*session.Rotation){
		"a generation that is too large": func(r *session.Rotation) { r.Presented = session.MaxGeneration + 1 },
		"the largest generation":         func(r *session.Rotation) { r.Presented = 1<<64 - 1 },
		"no time":                        func(r *session.Rotation) { r.Now = time.Time{} },
		"a negative grace":               func(r *session.Rotation) { r.Grace = -1 },
	} {
		r := c.rotation(rec, 0, 0)
		change(&r)
		if _, outcome, err := c.store.Rotate(c.ctx, r); err == nil || outcome != session.Unknown {
			c.failf("Rotate accepts one with %s: %v", name, outcome)
		}
	}
	c.rotate("a valid one afterwards", c.rotation(rec, 0, 0), session.Rotated)
}
