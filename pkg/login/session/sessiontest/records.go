package sessiontest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// Promises about creating, listing and ending sessions.

func (c *storeCheck) checkCreated() {
	rec := c.session()
	c.same("the list", c.list(c.store, rec.Subject, c.now)[rec.ID], rec)

	bare := c.record()
	bare.Subject, bare.Device, bare.Scopes, bare.Data = "bare-"+c.name, "", nil, nil
	c.create(bare)
	c.same("one without device, scopes and data", c.list(c.store, bare.Subject, c.now)[bare.ID], bare)

	precise := c.record()
	precise.Subject, precise.Device = "precise-"+c.name, "\x00 \"quoted\" \\ </script> ü 😀"
	precise.Created = precise.Created.Add(999 * time.Microsecond).In(time.FixedZone("", 3600))
	precise.Data = []byte{0, 0xff, '\n', '"'}
	c.create(precise)
	precise.Created = c.now
	c.same("one with odd bytes and microseconds", c.list(c.store, precise.Subject, c.now)[precise.ID], precise)
}

func (c *storeCheck) checkExists() {
	rec := c.session()
	if err := c.store.Create(c.ctx, rec, c.now); err == nil {
		c.failf("Create makes a second session of the ID")
	}
	c.end(rec.Subject, rec.ID, true, "the first one")
	if err := c.store.Create(c.ctx, rec, c.now); err == nil {
		c.failf("Create brings back a session that has ended")
	}
}

func (c *storeCheck) checkInvalid() {
	for name, change := range map[string]func(*session.Record){
		"no ID":                     func(r *session.Record) { r.ID = "" },
		"no subject":                func(r *session.Record) { r.Subject = "" },
		"a long ID":                 func(r *session.Record) { r.ID = strings.Repeat("i", 129) },
		"a long subject":            func(r *session.Record) { r.Subject = strings.Repeat("s", 1025) },
		"a long device":             func(r *session.Record) { r.Device = strings.Repeat("d", 1025) },
		"long scopes":               func(r *session.Record) { r.Scopes = []string{strings.Repeat("s", 8<<10+1)} },
		"long data":                 func(r *session.Record) { r.Data = make([]byte, 16<<10+1) },
		"a device that is not text": func(r *session.Record) { r.Device = "\xff" },
		"a scope with a space":      func(r *session.Record) { r.Scopes = []string{"a b"} },
		"no time":                   func(r *session.Record) { r.Rotated = time.Time{} },
		"no idle time":              func(r *session.Record) { r.Idle = 0 },
		"an idle end after the end": func(r *session.Record) { r.IdleUntil = r.Until.Add(time.Second) },
		"an end":                    func(r *session.Record) { r.Ended = true },
	} {
		rec := c.record()
		change(&rec)
		if err := c.store.Create(c.ctx, rec, c.now); err == nil {
			c.failf("Create accepts one with %s", name)
		}
	}
}

func (c *storeCheck) checkLargest() {
	rec := c.record()
	rec.ID += strings.Repeat("i", 128-len(rec.ID))
	rec.Subject += strings.Repeat("s", 1024-len(rec.Subject))
	rec.Device = strings.Repeat("d", 1024)
	rec.Scopes = []string{strings.Repeat("s", 4<<10-1), strings.Repeat("t", 4<<10)}
	rec.Data = []byte(strings.Repeat("\xfe", 16<<10))
	rec.Generation = session.MaxGeneration
	c.create(rec)
	c.same("the list", c.list(c.store, rec.Subject, c.now)[rec.ID], rec)
	got := c.rotate("a rotation", c.rotation(rec, session.MaxGeneration, time.Minute), session.Rotated)
	if got.Generation != session.MaxGeneration+1 {
		c.failf("the generation is %d, want %d", got.Generation, uint64(session.MaxGeneration+1))
	}
	c.end(rec.Subject, rec.ID, true, "the largest one")
}

func (c *storeCheck) checkAnotherSubject() {
	rec := c.session()
	r := c.rotation(rec, 0, 0)
	r.Subject = "grace-" + c.name
	c.rotate("a rotation", r, session.Unknown)
	c.end(r.Subject, rec.ID, false, "by another subject")
	if slices.Contains(c.endAll(r.Subject, ""), rec.ID) {
		c.failf("EndAll ends it")
	}
	if len(c.list(c.store, r.Subject, c.now)) != 0 {
		c.failf("List returns it")
	}
	c.rotate("a rotation of its own subject", c.rotation(rec, 0, 0), session.Rotated)
}

func (c *storeCheck) checkGet() {
	rec := c.session()
	get := func(name, subject, id string, want bool) session.Record {
		got, found, err := c.other.Get(c.ctx, subject, id)
		if err != nil {
			c.fatalf("%s: Get: %w", name, err)
		}
		if found != want {
			c.failf("%s: Get reports %v, want %v", name, found, want)
		}
		return got
	}
	c.same("a new one", get("a new one", rec.Subject, rec.ID, true), rec)
	rotated := c.rotate("a rotation", c.rotation(rec, 0, time.Minute), session.Rotated)
	c.same("after a rotation", get("after a rotation", rec.Subject, rec.ID, true), rotated)
	c.same("of another subject", get("of another subject", "grace-"+c.name, rec.ID, false), session.Record{})
	c.same("of another ID", get("of another ID", rec.Subject, rec.ID+" ", false), session.Record{})
	c.end(rec.Subject, rec.ID, true, "the session")
	rotated.Ended = true
	c.same("after the end", get("after the end", rec.Subject, rec.ID, true), rotated)

	old := c.record()
	old.IdleUntil, old.Until = c.now.Add(time.Millisecond), c.now.Add(time.Millisecond)
	c.create(old)
	c.same("one that has expired", get("one that has expired", old.Subject, old.ID, true), old)
}

func (c *storeCheck) checkEnd() {
	rec := c.session()
	c.end(rec.Subject, rec.ID, true, "the first time")
	c.end(rec.Subject, rec.ID, false, "the second time")
	c.end(rec.Subject, rec.ID+"-not-there", false, "one that is not there")
	got := c.rotate("a rotation", c.rotation(rec, 0, 0), session.Ended)
	rec.Ended = true
	c.same("after the end", got, rec)
	if _, there := c.list(c.store, rec.Subject, c.now)[rec.ID]; there {
		c.failf("List returns it")
	}
	missing := c.rotation(rec, 0, 0)
	missing.ID = ""
	c.rotate("no ID", missing, session.Unknown)
}

// several creates sessions of a new subject, and returns their IDs in order.
func (c *storeCheck) several(subject string, n int) []string {
	var ids []string
	for range n {
		rec := c.record()
		rec.Subject = subject
		c.create(rec)
		ids = append(ids, rec.ID)
	}
	slices.Sort(ids)
	return ids
}

func (c *storeCheck) checkEndAll() {
	subject := "all-" + c.name
	ids := c.several(subject, 5)
	c.end(subject, ids[4], true, "one before")
	ended := c.endAll(subject, ids[0])
	slices.Sort(ended)
	if !slices.Equal(ended, ids[1:4]) {
		c.failf("EndAll but one returns %q, want %q", ended, ids[1:4])
	}
	left := c.list(c.store, subject, c.now)
	if _, there := left[ids[0]]; !there || len(left) != 1 {
		c.failf("%d sessions are left, want the one that was excepted", len(left))
	}
	if ended = c.endAll(subject, ""); !slices.Equal(ended, ids[:1]) {
		c.failf("EndAll returns %q, want %q", ended, ids[:1])
	}
	if ended = c.endAll(subject, ""); len(ended) != 0 {
		c.failf("EndAll ends %q again", ended)
	}
}

func (c *storeCheck) checkList() {
	subject := "list-" + c.name
	ids := c.several(subject, 3)
	short := c.record()
	short.Subject, short.Idle, short.IdleUntil = subject, time.Minute, c.now.Add(time.Minute)
	c.create(short)
	c.end(subject, ids[2], true, "one of them")
	for _, tt := range []struct {
		after time.Duration
		want  int
	}{
		{0, 3}, {time.Minute - time.Millisecond, 3}, {time.Minute, 2}, {time.Hour - time.Millisecond, 2}, {time.Hour, 0},
	} {
		if n := len(c.list(c.store, subject, c.now.Add(tt.after))); n != tt.want {
			c.failf("%v after the logins List returns %d sessions, want %d", tt.after, n, tt.want)
		}
	}
	if n := len(c.list(c.store, "stranger-"+c.name, c.now)); n != 0 {
		c.failf("List returns %d sessions of a subject that has none", n)
	}
}

// alike returns names that a collation, a pattern or a padded column takes for name.
func alike(name string) []string {
	return []string{
		strings.ToUpper(name), name + " ", " " + name, name + "\x00", name + "\x00x", name + "\n", name + "\t", name + "%",
		strings.Replace(name, "e", "_", 1), strings.Replace(name, "e", "é", 1), strings.Replace(name, "e", "e\u0301", 1),
		name + "\u200b", name + "\xff", name + "\xfe", `"` + name + `"`, "'" + name + "'", name + `\`, name + ":", name + "{x}",
	}
}

func (c *storeCheck) checkNames() {
	subject := "e-" + strings.ToLower(c.name)
	for _, other := range alike(subject) {
		rec := c.record()
		rec.Subject = subject
		c.create(rec)
		r := c.rotation(rec, 0, 0)
		r.Subject = other
		c.rotate("the subject "+quote(other, c.name), r, session.Unknown)
	}
	ids := alike(subject)
	for _, id := range ids {
		rec := c.record()
		rec.Subject, rec.ID = "names-"+c.name, id
		if err := c.store.Create(c.ctx, rec, c.now); err != nil {
			c.failf("Create of the ID %s: %w", quote(id, c.name), err)
		}
	}
	list := c.list(c.store, "names-"+c.name, c.now)
	for _, id := range ids {
		if _, there := list[id]; !there {
			c.failf("the ID %s is not listed", quote(id, c.name))
		}
	}
	c.end("names-"+c.name, subject, false, "an ID that looks like others")
}

func (c *storeCheck) checkHandles() {
	rec := c.session()
	c.same("the list of the other handle", c.list(c.other, rec.Subject, c.now)[rec.ID], rec)
	c.rotateWith(c.other, "by the other handle", c.rotation(rec, 0, time.Minute), session.Rotated)
	c.rotate("by this one", c.rotation(rec, 1, time.Minute), session.Rotated)
	ended, err := c.other.End(c.ctx, rec.Subject, rec.ID)
	if err != nil {
		c.fatalf("the other handle's End: %w", err)
	}
	if !ended {
		c.failf("the other handle's End ends nothing")
	}
	c.rotate("after the other handle's End", c.rotation(rec, 2, time.Minute), session.Ended)
}

func (c *storeCheck) checkReopened(again session.Store) {
	rec := c.session()
	c.rotate("before", c.rotation(rec, 0, time.Minute), session.Rotated)
	gone := c.session()
	c.end(gone.Subject, gone.ID, true, "before")
	got := c.rotateWith(again, "the last token", c.rotation(rec, 0, time.Minute), session.Retried)
	if got.Generation != 1 || got.Device != rec.Device {
		c.failf("the record has generation %d and device %q", got.Generation, got.Device)
	}
	c.rotateWith(again, "one that was ended", c.rotation(gone, 0, time.Minute), session.Ended)
}

func (c *storeCheck) checkCanceled() {
	rec := c.session()
	ctx, cancel := context.WithCancel(c.ctx)
	cancel()
	for name, call := range map[string]func() error{
		"Create": func() error { return c.store.Create(ctx, c.record(), c.now) },
		"Rotate": func() error {
			got, outcome, err := c.store.Rotate(ctx, c.rotation(rec, 0, 0))
			if outcome != session.Unknown || got.ID != "" {
				c.failf("Rotate returns the outcome %v and a record with an error", outcome)
			}
			return err
		},
		"End":    func() error { _, err := c.store.End(ctx, rec.Subject, rec.ID); return err },
		"EndAll": func() error { _, err := c.store.EndAll(ctx, rec.Subject, ""); return err },
		"Get":    func() error { _, _, err := c.store.Get(ctx, rec.Subject, rec.ID); return err },
		"List":   func() error { _, err := c.store.List(ctx, rec.Subject, c.now); return err },
	} {
		if call() == nil {
			c.failf("%s succeeds", name)
		}
	}
	c.rotate("a rotation afterwards", c.rotation(rec, 0, 0), session.Rotated)
}
