package sessiontest_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/revocation"
	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/sessiontest"
)

// broken is a store with one fault.
type broken struct {
	session.Memory
	create func(session.Record) (session.Record, error)
	rotate func(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error)
	end    func(ctx context.Context, subject, id string) (bool, error)
	endAll func(ctx context.Context, subject, except string) ([]string, error)
	list   func([]session.Record) []session.Record
	get    func(rec session.Record, found bool) (session.Record, bool)
	note   func(list []session.Revocation) []session.Revocation
	since  func([]session.Revocation) []session.Revocation
	ctx    bool // does not look at the context
}

func (b *broken) context(ctx context.Context) context.Context {
	if b.ctx {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (b *broken) Create(ctx context.Context, rec session.Record, now time.Time) error {
	if b.create != nil {
		var err error
		if rec, err = b.create(rec); err != nil {
			return err
		}
	}
	return b.Memory.Create(b.context(ctx), rec, now)
}

func (b *broken) Rotate(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error) {
	if b.rotate != nil {
		return b.rotate(ctx, r)
	}
	return b.Memory.Rotate(b.context(ctx), r)
}

func (b *broken) End(ctx context.Context, subject, id string) (bool, error) {
	if b.end != nil {
		return b.end(ctx, subject, id)
	}
	return b.Memory.End(b.context(ctx), subject, id)
}

func (b *broken) EndAll(ctx context.Context, subject, except string) ([]string, error) {
	if b.endAll != nil {
		return b.endAll(ctx, subject, except)
	}
	return b.Memory.EndAll(b.context(ctx), subject, except)
}

func (b *broken) List(ctx context.Context, subject string, now time.Time) ([]session.Record, error) {
	list, err := b.Memory.List(b.context(ctx), subject, now)
	if b.list != nil {
		list = b.list(list)
	}
	return list, err
}

func (b *broken) Get(ctx context.Context, subject, id string) (session.Record, bool, error) {
	rec, found, err := b.Memory.Get(b.context(ctx), subject, id)
	if b.get != nil && err == nil {
		rec, found = b.get(rec, found)
	}
	return rec, found, err
}

func (b *broken) Note(ctx context.Context, list ...session.Revocation) error {
	if b.note != nil {
		list = b.note(list)
	}
	return b.Memory.Note(b.context(ctx), list...)
}

func (b *broken) Since(ctx context.Context, since time.Time) ([]session.Revocation, time.Time, error) {
	list, clock, err := b.Memory.Since(b.context(ctx), since)
	if b.since != nil {
		list = b.since(list)
	}
	return list, clock, err
}

// outcome gives the store a rotation that changes its result.
func outcome(from, to session.Outcome) func(*broken) {
	return func(b *broken) {
		b.rotate = func(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error) {
			rec, outcome, err := b.Memory.Rotate(ctx, r)
			if outcome == from {
				outcome = to
			}
			return rec, outcome, err
		}
	}
}

// asked gives the store a rotation that changes the question.
func asked(change func(*session.Rotation)) func(*broken) {
	return func(b *broken) {
		b.rotate = func(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error) {
			change(&r)
			return b.Memory.Rotate(ctx, r)
		}
	}
}

// Each fault is found, and the error names the promise that it breaks.
func TestCheckStoreFinds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault func(*broken)
		want  string
	}{
		{"texts are cut off", func(b *broken) {
			b.create = func(r session.Record) (session.Record, error) {
				r.Device = strings.TrimRight(r.Device, "x\x00 ")
				return r, nil
			}
			b.list = func(list []session.Record) []session.Record {
				for i := range list {
					list[i].Scopes = nil
				}
				return list
			}
		}, "a session that was created: the list: the record is"},
		{"an ID can be there twice", func(b *broken) {
			b.create = func(r session.Record) (session.Record, error) { r.ID += time.Now().String(); return r, nil }
		}, "an ID that is there: Create makes a second session"},
		{"subjects ignore case", func(b *broken) {
			b.create = func(r session.Record) (session.Record, error) { r.Subject = strings.ToLower(r.Subject); return r, nil }
			asked(func(r *session.Rotation) { r.Subject = strings.ToLower(r.Subject) })(b)
		}, `names that look alike: the subject "E-…": the outcome is rotated`},
		{"subjects are padded", func(b *broken) {
			b.create = func(r session.Record) (session.Record, error) {
				r.Subject = strings.TrimRight(r.Subject, " ")
				return r, nil
			}
			asked(func(r *session.Rotation) { r.Subject = strings.TrimRight(r.Subject, " ") })(b)
		}, `names that look alike: the subject "e-… ": the outcome is rotated`},
		{"texts end at a zero byte", func(b *broken) {
			asked(func(r *session.Rotation) { r.Subject, _, _ = strings.Cut(r.Subject, "\x00") })(b)
		}, `names that look alike: the subject "e-…\x00": the outcome is rotated`},
		{"the subject is not compared", func(b *broken) {
			owner := map[string]string{}
			var mu sync.Mutex
			b.create = func(r session.Record) (session.Record, error) {
				mu.Lock()
				defer mu.Unlock()
				owner[r.ID] = r.Subject
				return r, nil
			}
			asked(func(r *session.Rotation) { mu.Lock(); defer mu.Unlock(); r.Subject = owner[r.ID] })(b)
		}, "a session of another subject: a rotation: the outcome is rotated, want unknown"},
		{"a token ahead is refused", outcome(session.Ahead, session.Unknown), "a token ahead of the record: a token of generation 4: the outcome is unknown"},
		{"a token ahead is an ordinary one", outcome(session.Ahead, session.Rotated), "a token ahead of the record"},
		{"there is always a grace", asked(func(r *session.Rotation) { r.Grace = max(r.Grace, time.Second) }), "a rotation without a grace: again in the same millisecond: the outcome is retried"},
		{"there is never a grace", asked(func(r *session.Rotation) { r.Grace = 0 }), "a retry within the grace"},
		{"late retries are not counted", asked(func(r *session.Rotation) { r.Late = min(r.Late, 1) }), "a late retry"},
		{"late retries are never granted", asked(func(r *session.Rotation) { r.Late = 0 }), "a late retry: again after the grace: the outcome is reused, want late"},
		{"reuse is told to each", outcome(session.Ended, session.Reused), "the reuse of an old token: the old token again: the outcome is reused"},
		{"sessions do not expire", asked(func(r *session.Rotation) { r.Now = r.Now.Add(-time.Hour) }), "the idle end: at the idle end: the outcome is rotated"},
		{"an end is off by a millisecond", asked(func(r *session.Rotation) { r.Now = r.Now.Add(time.Millisecond) }), "the idle end: a millisecond before: the outcome is expired"},
		{"End does nothing", func(b *broken) {
			b.end = func(context.Context, string, string) (bool, error) { return true, nil }
		}, "ending a session: a rotation: the outcome is rotated, want ended"},
		{"End reports each time", func(b *broken) {
			b.end = func(ctx context.Context, subject, id string) (bool, error) {
				_, err := b.Memory.End(ctx, subject, id)
				return true, err
			}
		}, "ending a session: the second time: End reports true"},
		{"EndAll forgets the exception", func(b *broken) {
			b.endAll = func(ctx context.Context, subject, _ string) ([]string, error) {
				return b.Memory.EndAll(ctx, subject, "")
			}
		}, "ending all sessions: EndAll but one returns"},
		{"EndAll misses one", func(b *broken) {
			b.endAll = func(ctx context.Context, subject, except string) ([]string, error) {
				if list, _ := b.Memory.List(ctx, subject, time.Now()); len(list) > 60 {
					except = list[0].ID
				}
				return b.Memory.EndAll(ctx, subject, except)
			}
		}, "logins at once: 63 of 64 sessions are ended"},
		{"Get hides a session that has ended", func(b *broken) {
			b.get = func(rec session.Record, found bool) (session.Record, bool) { return rec, found && !rec.Ended }
		}, "reading a session: after the end: Get reports false, want true"},
		{"Get reads an old copy", func(b *broken) {
			b.get = func(rec session.Record, found bool) (session.Record, bool) {
				rec.Generation = 0
				return rec, found
			}
		}, "reading a session: after a rotation: the record is"},
		{"the list misses one", func(b *broken) {
			b.list = func(list []session.Record) []session.Record {
				if len(list) > 60 {
					return list[1:]
				}
				return list
			}
		}, "logins at once: 63 of 64 sessions are listed"},
		{"an ended session is not noted", func(b *broken) {
			b.since = func(list []session.Revocation) (kept []session.Revocation) {
				for _, r := range list {
					if r.Kind != session.RevokedSession || r.Issuer != "" || strings.HasSuffix(r.ID, "-session") {
						kept = append(kept, r)
					}
				}
				return kept
			}
		}, "ended sessions in the log: the log has the session of"},
		{"any session can be noted", func(b *broken) {
			b.end = func(ctx context.Context, subject, id string) (bool, error) {
				entry := session.Revocation{Kind: session.RevokedSession, ID: id, Until: time.Now().Add(25 * time.Hour)}
				return errorsOr(b.Memory.Note(ctx, entry))(b.Memory.End(ctx, subject, id))
			}
		}, "ended sessions in the log: the log has the session of"},
		{"the context is not read", func(b *broken) { b.ctx = true }, "a context that is over: Create succeeds"},
		{"a rotation after an end brings it back", func(b *broken) {
			b.rotate = func(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error) {
				rec, outcome, err := b.Memory.Rotate(ctx, r)
				if outcome == session.Ended && r.Presented == 9 {
					outcome = session.Rotated
				}
				return rec, outcome, err
			}
		}, "an end amid refreshes: a refresh after the end: the outcome is rotated"},
		{"two win", func(b *broken) {
			var mu sync.Mutex
			seen := map[string]int{}
			b.rotate = func(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error) {
				rec, outcome, err := b.Memory.Rotate(ctx, r)
				mu.Lock()
				defer mu.Unlock()
				if seen[r.ID]++; seen[r.ID] == 40 && outcome == session.Retried {
					outcome = session.Rotated
				}
				return rec, outcome, err
			}
		}, "rotations at once: with a grace: 64 rotations at once had the outcomes 2 rotated, 62 retried"},
		{"entries come back without an issuer", func(b *broken) {
			b.since = func(list []session.Revocation) []session.Revocation {
				for i := range list {
					list[i].Issuer = ""
				}
				return list
			}
		}, "an entry that was noted"},
		{"old entries are lost", func(b *broken) {
			b.since = func(list []session.Revocation) []session.Revocation { return list[max(0, len(list)-1000):] }
		}, "many entries: of 2500 entries, 1500 are not there once"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := &broken{}
			tt.fault(store)
			err := sessiontest.CheckStore(t.Context(), func() (session.Store, error) { return store, nil })
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("the check says\n%v\nwant %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "%!") {
				t.Errorf("an error has a bad verb: %v", err)
			}
		})
	}
}

func errorsOr(first error) func(bool, error) (bool, error) {
	return func(ok bool, err error) (bool, error) { return ok && first == nil, errors.Join(first, err) }
}

// A cause that breaks everything is named once.
func TestCauseOnce(t *testing.T) {
	down := errors.New("connection refused")
	store := &broken{create: func(session.Record) (session.Record, error) { return session.Record{}, down }}
	err := sessiontest.CheckStore(t.Context(), func() (session.Store, error) { return store, nil })
	if err == nil || strings.Count(err.Error(), "connection refused") != 1 || !strings.Contains(err.Error(), "more failures have the causes above") {
		t.Errorf("the check says\n%v", err)
	}
	for name, err := range map[string]error{
		"store": sessiontest.CheckStore(t.Context(), func() (session.Store, error) { return nil, down }),
		"races": sessiontest.CheckRaces(t.Context(), func() (session.Store, error) { return nil, down }, 1),
		"log":   sessiontest.CheckLog(t.Context(), func() (session.Log, error) { return nil, down }),
	} {
		if err == nil || strings.Count(err.Error(), "connection refused") != 1 {
			t.Errorf("%s that cannot be opened: %v", name, err)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sessiontest.CheckStore(over, func() (session.Store, error) { return &session.Memory{}, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a check that is cut short: %v", err)
	}
}

func TestCheckRaces(t *testing.T) {
	var store session.Memory
	if err := sessiontest.CheckRaces(t.Context(), func() (session.Store, error) { return &store, nil }, 20); err != nil {
		t.Error(err)
	}
}

// failing is a store whose server does not answer.
type failing struct {
	claim bool // results beside the error
	slow  time.Duration
	err   error
}

func (f failing) fail() error { time.Sleep(f.slow); return f.err }

func (f failing) Create(context.Context, session.Record, time.Time) error { return f.fail() }
func (f failing) End(context.Context, string, string) (bool, error)       { return f.claim, f.fail() }
func (f failing) Note(context.Context, ...session.Revocation) error       { return f.fail() }

func (f failing) Rotate(context.Context, session.Rotation) (session.Record, session.Outcome, error) {
	if f.claim {
		return session.Record{}, session.Ended, f.fail()
	}
	return session.Record{}, session.Unknown, f.fail()
}

func (f failing) EndAll(context.Context, string, string) ([]string, error) {
	return make([]string, map[bool]int{true: 1}[f.claim]), f.fail()
}

func (f failing) Get(context.Context, string, string) (session.Record, bool, error) {
	return session.Record{}, f.claim, f.fail()
}

func (f failing) List(context.Context, string, time.Time) ([]session.Record, error) {
	return make([]session.Record, map[bool]int{true: 1}[f.claim]), f.fail()
}

func (f failing) Since(context.Context, time.Time) ([]session.Revocation, time.Time, error) {
	if f.claim {
		return nil, time.Now(), f.fail()
	}
	return nil, time.Time{}, f.fail()
}

func TestCheckDown(t *testing.T) {
	refused := errors.New("connection refused")
	if err := sessiontest.CheckDown(t.Context(), failing{err: refused}, time.Second); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct {
		store failing
		want  string
	}{
		{failing{}, "Create of a store that is down: it succeeds"},
		{failing{err: refused, claim: true}, "Rotate of a store that is down: it returns a result beside the error"},
		{failing{err: refused, slow: 5 * time.Millisecond}, "Create of a store that is down: the error comes after"},
	} {
		if err := sessiontest.CheckDown(t.Context(), tt.store, time.Millisecond); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}

// feeds opens feeds over logs in memory.
func feeds(now func() time.Time) func() (login.Revocations, error) {
	log := &session.Memory{Now: now}
	return func() (login.Revocations, error) { return session.NewFeed(log, session.FeedConfig{Now: now}) }
}

func TestCheckRevocations(t *testing.T) {
	if err := sessiontest.CheckRevocations(t.Context(), sessiontest.Revocations{Empty: feeds, Within: 10 * time.Second}); err != nil {
		t.Error(err)
	}
}

func TestCheckRevocationsFinds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		empty func(now func() time.Time) func() (login.Revocations, error)
		want  string
	}{
		{"handles that share nothing", func(now func() time.Time) func() (login.Revocations, error) {
			return func() (login.Revocations, error) { return &revocation.Memory{Now: now}, nil }
		}, "two handles on one store: the other handle: revoked is false, want true"},
		{"names that are trimmed", func(now func() time.Time) func() (login.Revocations, error) {
			memory := &revocation.Memory{Now: now}
			return func() (login.Revocations, error) { return trimming{memory}, nil }
		}, `names that look alike: the handle: the jti "e-name ": revoked is true, want false`},
		{"a handle that does not open", func(func() time.Time) func() (login.Revocations, error) {
			return func() (login.Revocations, error) { return nil, errors.New("connection refused") }
		}, "open: connection refused"},
	} {
		err := sessiontest.CheckRevocations(t.Context(), sessiontest.Revocations{Empty: tt.empty})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the check says\n%v\nwant %q", tt.name, err, tt.want)
		}
	}
}

// trimming takes names that differ in trailing spaces for one.
type trimming struct{ login.Revocations }

func (s trimming) Revoked(ctx context.Context, c *login.Claims) (bool, error) {
	trimmed := *c
	trimmed.ID = strings.TrimRight(c.ID, " ")
	return s.Revocations.Revoked(ctx, &trimmed)
}
