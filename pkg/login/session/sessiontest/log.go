package sessiontest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// CheckLog reports where a log breaks the promises of [session.Log]. It calls open
// twice for handles on the same log, as two processes have them.
func CheckLog(ctx context.Context, open func() (session.Log, error)) error {
	c := &logCheck{report: new(report), ctx: ctx, name: runName()}
	c.run("opening the log", func() { c.log, c.other = opened(c.report, open), opened(c.report, open) })
	if c.log != nil && c.other != nil {
		c.checkAll()
	}
	return c.err(ctx)
}

// logPromises is read only.
var logPromises = []struct {
	name  string
	check func(*logCheck)
}{
	{"an entry that was noted", (*logCheck).checkNoted},
	{"an entry that is not valid", (*logCheck).checkInvalid},
	{"entries whose names look alike", (*logCheck).checkNames},
	{"the clock of the log", (*logCheck).checkClock},
	{"many entries", (*logCheck).checkMany},
	{"entries noted at once", (*logCheck).checkConcurrent},
	{"a log and a context that is over", (*logCheck).checkCanceled},
}

// logCheck is a log under check.
type logCheck struct {
	*report
	ctx        context.Context
	log, other session.Log
	name       string // of this run
}

func (c *logCheck) checkAll() {
	for _, p := range logPromises {
		c.run(p.name, func() { p.check(c) })
	}
}

// token returns the revocation of a token, to be kept for an hour.
func (c *logCheck) token(id string) session.Revocation {
	until := time.Now().UTC().Truncate(time.Millisecond).Add(time.Hour)
	return session.Revocation{Kind: session.RevokedToken, Issuer: "https://login.example", ID: c.name + "-" + id, Until: until}
}

func (c *logCheck) note(list ...session.Revocation) {
	if err := c.log.Note(c.ctx, list...); err != nil {
		c.fatalf("Note: %w", err)
	}
}

// since returns how often each entry is there, and the clock.
func (c *logCheck) since(log session.Log, since time.Time) (map[session.Revocation]int, time.Time) {
	list, clock, err := log.Since(c.ctx, since)
	if err != nil {
		c.fatalf("Since: %w", err)
	}
	if clock.IsZero() {
		c.failf("Since returns no clock")
	}
	count := make(map[session.Revocation]int)
	for _, r := range list {
		count[r]++
	}
	return count, clock
}

func (c *logCheck) checkNoted() {
	_, before := c.since(c.log, time.Time{})
	session1 := c.token("session")
	session1.Kind, session1.Issuer = session.RevokedSession, ""
	subject := c.token("subject")
	subject.Kind, subject.Before = session.RevokedSubject, subject.Until.Add(-time.Minute)
	all := []session.Revocation{c.token("token"), session1, subject}
	c.note(all[0])
	c.note(all[1], all[2])
	c.note()
	for _, since := range []time.Time{{}, before} {
		for name, log := range map[string]session.Log{"this handle": c.log, "the other handle": c.other} {
			got, _ := c.since(log, since)
			for _, r := range all {
				if got[r] != 1 {
					c.failf("%s returns the entry %s %d times since %v", name, kindName(r.Kind), got[r], since)
				}
			}
		}
	}
	c.note(all[0])
	if got, _ := c.since(c.log, before); got[all[0]] == 0 {
		c.failf("an entry that was noted twice is not there")
	}
}

func kindName(k session.RevocationKind) string {
	return [...]string{"of kind 0", "of a token", "of a session", "of a subject"}[k]
}

func (c *logCheck) checkInvalid() {
	for name, change := range map[string]func(*session.Revocation){
		"no kind":                      func(r *session.Revocation) { r.Kind = 0 },
		"an unknown kind":              func(r *session.Revocation) { r.Kind = 4 },
		"no ID":                        func(r *session.Revocation) { r.ID = "" },
		"a long ID":                    func(r *session.Revocation) { r.ID = strings.Repeat("i", 1025) },
		"a long issuer":                func(r *session.Revocation) { r.Issuer = strings.Repeat("i", 1025) },
		"no time to forget it":         func(r *session.Revocation) { r.Until = time.Time{} },
		"a time, but not of a subject": func(r *session.Revocation) { r.Before = r.Until },
		"a subject without a time":     func(r *session.Revocation) { r.Kind = session.RevokedSubject },
	} {
		bad := c.token("invalid")
		change(&bad)
		if err := c.log.Note(c.ctx, c.token("beside an invalid one"), bad); err == nil {
			c.failf("Note accepts one with %s", name)
		}
	}
	if got, _ := c.since(c.log, time.Time{}); got[c.token("beside an invalid one")] > 0 {
		c.failf("Note adds the entries beside one that it refuses")
	}
}

func (c *logCheck) checkNames() {
	var all []session.Revocation
	for _, name := range append(alike("e"), strings.Repeat("n", 1024-len(c.name)-1)) {
		r := c.token(name)
		r.Issuer = name
		all = append(all, r)
	}
	c.note(all...)
	got, _ := c.since(c.other, time.Time{})
	for _, r := range all {
		if got[r] != 1 {
			c.failf("the entry of %s is there %d times", quote(r.ID, c.name), got[r])
		}
	}
}

func (c *logCheck) checkClock() {
	_, before := c.since(c.log, time.Time{})
	r := c.token("clock")
	c.note(r)
	got, after := c.since(c.log, before)
	if got[r] != 1 {
		c.failf("an entry is there %d times since the clock from before it was noted", got[r])
	}
	if after.Before(before) {
		c.failf("the clock went back by %v", before.Sub(after))
	}
	if got, _ = c.since(c.log, after.Add(time.Hour)); got[r] > 0 {
		c.failf("an entry is returned since a time that is an hour later")
	}
}

// The number is above the page of any store.
func (c *logCheck) checkMany() {
	var all []session.Revocation
	for i := range 2500 {
		all = append(all, c.token(fmt.Sprintf("many-%d", i)))
	}
	c.note(all...)
	got, _ := c.since(c.other, time.Time{})
	missing := 0
	for _, r := range all {
		if got[r] != 1 {
			missing++
		}
	}
	if missing > 0 {
		c.failf("of %d entries, %d are not there once", len(all), missing)
	}
}

func (c *logCheck) checkConcurrent() {
	var all sync.WaitGroup
	for worker := range 16 {
		all.Go(func() {
			for i := range 4 {
				_, before, err := c.other.Since(c.ctx, time.Now().Add(time.Hour))
				r := c.token(fmt.Sprintf("at once %d-%d", worker, i))
				if err == nil {
					err = c.log.Note(c.ctx, r)
				}
				if err != nil {
					c.failf("%w", err)
					return
				}
				list, _, err := c.other.Since(c.ctx, before)
				if err != nil {
					c.failf("Since: %w", err)
				} else if !contains(list, r) {
					c.failf("an entry is not there after Note has returned")
				}
			}
		})
	}
	all.Wait()
}

func contains(list []session.Revocation, r session.Revocation) bool {
	for _, other := range list {
		if other == r {
			return true
		}
	}
	return false
}

func (c *logCheck) checkCanceled() {
	ctx, cancel := context.WithCancel(c.ctx)
	cancel()
	if c.log.Note(ctx, c.token("canceled")) == nil {
		c.failf("Note succeeds")
	}
	if _, _, err := c.log.Since(ctx, time.Time{}); err == nil {
		c.failf("Since succeeds")
	}
}

// checkEndedLog checks the entries that a store makes by itself.
func (c *storeCheck) checkEndedLog() {
	l := &logCheck{report: &c.report, ctx: c.ctx, log: c.store, other: c.other, name: c.name}
	_, before := l.since(c.store, time.Time{})
	subject := "log-" + c.name
	ids := c.several(subject, 5)
	c.end(subject, ids[0], true, "one")
	c.end("grace-"+c.name, ids[1], false, "by another subject")
	c.end(subject, ids[1]+"-not-there", false, "one that is not there")
	r := session.Rotation{Subject: subject, ID: ids[2], Now: c.now}
	c.rotate("a token", r, session.Rotated)
	c.rotate("the same again", r, session.Reused)
	check := func(want map[string]bool) {
		for _, since := range []time.Time{{}, before} {
			list, _ := l.since(c.other, since)
			got := map[string]int{}
			for r := range list {
				if r.Kind == session.RevokedSession && r.Issuer == "" && r.Until.After(c.now.Add(time.Hour)) {
					got[r.ID]++
				}
			}
			for id, ended := range want {
				if (got[id] > 0) != ended {
					c.failf("the log has the session of %s: %v, want %v", quote(id, c.name), got[id] > 0, ended)
				}
			}
		}
	}
	check(map[string]bool{ids[0]: true, ids[1]: false, ids[1] + "-not-there": false, ids[2]: true, ids[3]: false, ids[4]: false})
	c.endAll(subject, ids[3])
	check(map[string]bool{ids[0]: true, ids[1]: true, ids[2]: true, ids[3]: false, ids[4]: true})
}
