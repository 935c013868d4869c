package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/revoked"
)

// testLog is a Memory that can be down, or hold its readers up.
type testLog struct {
	Memory
	down  atomic.Bool
	reads atomic.Int64
	gate  chan struct{} // if not nil, each read waits for a value
}

var errDown = errors.New("connection refused")

func (l *testLog) Note(ctx context.Context, list ...Revocation) error {
	if l.down.Load() {
		return errDown
	}
	return l.Memory.Note(ctx, list...)
}

func (l *testLog) Since(ctx context.Context, since time.Time) ([]Revocation, time.Time, error) {
	l.reads.Add(1)
	if l.gate != nil {
		select {
		case <-l.gate:
		case <-ctx.Done():
			return nil, time.Time{}, ctx.Err()
		}
	}
	if l.down.Load() {
		return nil, time.Time{}, errDown
	}
	return l.Memory.Since(ctx, since)
}

func newFeed(t *testing.T, log Log, config FeedConfig) *Feed {
	t.Helper()
	f, err := NewFeed(log, config)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func claimsOf(id string) *login.Claims {
	now := time.Now()
	return &login.Claims{Issuer: "https://login.example", Subject: "ada", ID: id, IssuedAt: now, ExpiresAt: now.Add(15 * time.Minute)}
}

// ask checks the answer about the token of a jti and a sid.
func queryOf(id, sid string) *revoked.Query {
	c := claimsOf(id)
	return &revoked.Query{Issuer: c.Issuer, ID: c.ID, Subject: c.Subject, SessionID: sid, IssuedAt: c.IssuedAt, ExpiresAt: c.ExpiresAt}
}

func ask(t *testing.T, f *Feed, id, sid string, want bool) {
	t.Helper()
	if err := f.refresh(t.Context()); err != nil {
		t.Errorf("the feed does not answer: %v", err)
		return
	}
	if got := f.revoked(queryOf(id, sid)); got != want {
		t.Errorf("the token %q of session %q: revoked is %v, want %v", id, sid, got, want)
	}
}

func TestNewFeedRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		log    Log
		config FeedConfig
		want   string
	}{
		{"no log", nil, FeedConfig{}, "a feed has a log"},
		{"a negative time", &Memory{}, FeedConfig{Overlap: -1}, "FeedConfig.Overlap is -1ns"},
		{"stale before it is read again", &Memory{}, FeedConfig{Every: time.Minute}, "FeedConfig.Stale is 10s"},
		{"stale before a read ends", &Memory{}, FeedConfig{Stale: 2 * time.Second}, "FeedConfig.Stale is 2s"},
		{"an unknown policy", &Memory{}, FeedConfig{WhenStale: 2}, "FeedConfig.WhenStale is 2"},
	} {
		if f, err := NewFeed(tt.log, tt.config); f != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// The view follows the log: at once where it was noted, beside the requests after
// Every elsewhere, and before the answer after Stale.
func TestFeedAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &testLog{}
		one, other := newFeed(t, log, FeedConfig{}), newFeed(t, log, FeedConfig{})
		ask(t, one, "a", "s", false)
		ask(t, other, "a", "s", false)
		if err := one.RevokeSession(t.Context(), "https://login.example", "s"); err != nil {
			t.Fatal(err)
		}
		ask(t, one, "a", "s", true)
		ask(t, other, "a", "s", false)
		time.Sleep(time.Second)
		synctest.Wait()
		ask(t, other, "a", "s", false) // not older than Every
		time.Sleep(time.Millisecond)
		ask(t, other, "a", "s", false) // starts a read
		synctest.Wait()
		ask(t, other, "a", "s", true)

		if err := one.Revoke(t.Context(), claimsOf("b")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10*time.Second + time.Millisecond)
		ask(t, other, "b", "", true) // waited for the read
	})
}

// A log that is down costs nothing for a while; then the policy decides.
func TestFeedStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &testLog{}
		var events atomic.Int64
		refuse := newFeed(t, log, FeedConfig{})
		serve := newFeed(t, log, FeedConfig{WhenStale: ServeStale, OnError: func(error) { events.Add(1) }})
		log.down.Store(true)
		for name, f := range map[string]*Feed{"refuse": refuse, "serve": serve} {
			if _, err := f.Revoked(t.Context(), claimsOf("a")); !errors.Is(err, ErrStale) || !errors.Is(err, errDown) {
				t.Errorf("%s: a feed that has never read its log answers: %v", name, err)
			}
		}
		log.down.Store(false)
		ask(t, refuse, "a", "", false)
		ask(t, serve, "a", "", false)
		log.down.Store(true)
		time.Sleep(9 * time.Second)
		ask(t, refuse, "a", "", false)
		ask(t, serve, "a", "", false)
		synctest.Wait()
		time.Sleep(2 * time.Second)
		if _, err := refuse.Revoked(t.Context(), claimsOf("a")); !errors.Is(err, ErrStale) {
			t.Errorf("a view that is too old answers: %v", err)
		}
		before := events.Load()
		ask(t, serve, "a", "", false)
		if n := events.Load() - before; n != 2 {
			t.Errorf("%d events for a failed read and a stale answer, want 2", n)
		}
		if err := refuse.Revoke(t.Context(), claimsOf("a")); !errors.Is(err, errDown) {
			t.Errorf("Revoke while the log is down: %v", err)
		}
		log.down.Store(false)
		ask(t, refuse, "a", "", false)
	})
}

// While the log is down, requests read it no more often than Every.
func TestFeedReadsSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &testLog{}
		f := newFeed(t, log, FeedConfig{})
		ask(t, f, "a", "", false)
		log.down.Store(true)
		log.reads.Store(0)
		for range 90 { // 9 seconds
			time.Sleep(100 * time.Millisecond)
			ask(t, f, "a", "", false)
			synctest.Wait()
		}
		if n := log.reads.Load(); n < 7 || n > 9 {
			t.Errorf("%d reads in 9 seconds, want about 8", n)
		}
	})
}

// Callers share a read. One that gives up does not take it from the others.
func TestFeedSharesReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &testLog{gate: make(chan struct{})}
		f := newFeed(t, log, FeedConfig{})
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		var canceled, answered atomic.Int64
		for i := range 32 {
			ctx := ctx
			if i%2 == 0 {
				ctx = t.Context()
			}
			all.Go(func() {
				switch _, err := f.Revoked(ctx, claimsOf("a")); {
				case err == nil:
					answered.Add(1)
				case errors.Is(err, context.Canceled):
					canceled.Add(1)
				}
			})
		}
		synctest.Wait()
		cancel()
		synctest.Wait()
		log.gate <- struct{}{}
		all.Wait()
		if n := log.reads.Load(); n != 1 || answered.Load() != 16 || canceled.Load() != 16 {
			t.Errorf("%d reads, %d answers, %d canceled, want 1, 16 and 16", n, answered.Load(), canceled.Load())
		}
	})
}

// Sync sees entries that were noted before it, although a read was under way.
func TestFeedSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &testLog{gate: make(chan struct{})}
		f := newFeed(t, log, FeedConfig{})
		var all sync.WaitGroup
		sync := func() {
			all.Go(func() {
				if err := f.Sync(t.Context()); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		sync()
		sync()
		sync()
		log.gate <- struct{}{}
		synctest.Wait()
		if n := log.reads.Load(); n != 2 {
			t.Errorf("%d reads have begun, want 2", n)
		}
		log.gate <- struct{}{}
		all.Wait()
		if n := log.reads.Load(); n != 2 {
			t.Errorf("%d reads for three calls, want 2", n)
		}
	})
}

// A read that takes too long is an error, and the next caller starts another.
func TestFeedTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &testLog{gate: make(chan struct{})}
		f := newFeed(t, log, FeedConfig{})
		began := time.Now()
		_, err := f.Revoked(t.Context(), claimsOf("a"))
		if !errors.Is(err, ErrStale) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 2*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		go func() { log.gate <- struct{}{} }()
		ask(t, f, "a", "", false)
	})
}

func TestFeedRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &testLog{}
		writer, reader := newFeed(t, log, FeedConfig{}), newFeed(t, log, FeedConfig{})
		wake := make(chan struct{}, 1)
		ctx, cancel := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { reader.Run(ctx, wake) })
		synctest.Wait()
		revoke := func(id string) {
			t.Helper()
			if err := writer.Revoke(ctx, claimsOf(id)); err != nil {
				t.Fatal(err)
			}
		}
		revoke("a")
		time.Sleep(time.Second)
		synctest.Wait()
		ask(t, reader, "a", "", true) // by the ticker
		revoke("b")
		ask(t, reader, "b", "", false)
		wake <- struct{}{}
		synctest.Wait()
		ask(t, reader, "b", "", true) // woken up, in no time
		close(wake)
		revoke("c")
		synctest.Wait()
		reads := log.reads.Load()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if n := log.reads.Load() - reads; n > 4 {
			t.Errorf("%d reads in 3 seconds after the wake-ups were closed", n)
		}
		ask(t, reader, "c", "", true)
		cancel()
		run.Wait()
	})
}

// The log dates entries, and commits them later: a read goes back by Overlap.
func TestFeedOverlap(t *testing.T) {
	for _, tt := range []struct {
		late time.Duration
		want bool
	}{{9 * time.Second, true}, {11 * time.Second, false}} {
		synctest.Test(t, func(t *testing.T) {
			log := &testLog{}
			f := newFeed(t, log, FeedConfig{Stale: time.Minute})
			time.Sleep(time.Minute)
			if err := errors.Join(log.Note(t.Context(), tokenEntry("first")), f.Sync(t.Context())); err != nil {
				t.Fatal(err)
			}
			// As a transaction does that began earlier.
			log.Memory.log.entries = append([]memoryEntry{{tokenEntry("late"), time.Now().Add(-tt.late)}}, log.Memory.log.entries...)
			if err := f.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
			ask(t, f, "late", "", tt.want)
		})
	}
}

func tokenEntry(id string) Revocation {
	return Revocation{Kind: RevokedToken, Issuer: "https://login.example", ID: id, Until: time.Now().Add(time.Hour)}
}

// A clock of the log that is set back does not hide entries.
func TestFeedLogClockGoesBack(t *testing.T) {
	log := &clockLog{at: noonOfLog}
	f := newFeed(t, log, FeedConfig{})
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	log.at = noonOfLog.Add(-time.Hour)
	for range 2 {
		if err := f.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if want := noonOfLog.Add(-10 * time.Second); !log.since.Equal(want) {
		t.Errorf("the last read asked since %v, want %v", log.since, want)
	}
}

var noonOfLog = time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)

// clockLog is empty and has a clock.
type clockLog struct {
	Memory
	at, since time.Time
}

func (l *clockLog) Since(_ context.Context, since time.Time) ([]Revocation, time.Time, error) {
	l.since = since
	return nil, l.at, nil
}

// A wall clock that is set back does not make the view look younger.
func TestFeedClockGoesBack(t *testing.T) {
	now := noonOfLog
	log := &testLog{}
	f := newFeed(t, log, FeedConfig{Now: func() time.Time { return now }})
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	read := f.read.Load()
	for _, tt := range []struct {
		wall, monotonic, want time.Duration
	}{{time.Second, time.Second, time.Second}, {-time.Hour, time.Minute, time.Minute}, {time.Hour, time.Second, time.Hour}} {
		other := &moment{wall: read.wall.Add(-tt.wall), monotonic: read.monotonic - tt.monotonic}
		if got := f.age(now, other); got != tt.want {
			t.Errorf("wall %v, monotonic %v: the age is %v, want %v", tt.wall, tt.monotonic, got, tt.want)
		}
	}
}

func TestFeedKinds(t *testing.T) {
	f := newFeed(t, &Memory{}, FeedConfig{})
	ctx := t.Context()
	now := time.Now()
	if err := errors.Join(
		f.RevokeSession(ctx, "https://login.example", "own"),
		f.RevokeSession(ctx, "https://other.example", "other"),
		f.RevokeSession(ctx, "", "any"),
		f.Revoke(ctx, claimsOf("jti")),
	); err != nil {
		t.Fatal(err)
	}
	ask(t, f, "x", "own", true)
	ask(t, f, "x", "other", false)
	ask(t, f, "x", "any", true)
	ask(t, f, "x", "", false)
	ask(t, f, "x", "jti", false)
	ask(t, f, "own", "", false)
	ask(t, f, "jti", "", true)

	long := claimsOf("long")
	long.ExpiresAt = long.IssuedAt.Add(24*time.Hour + time.Second)
	endless := claimsOf("endless")
	endless.ExpiresAt = time.Time{}
	for name, c := range map[string]*login.Claims{"a token that lives longer than Longest": long, "a token without exp": endless} {
		if revoked, err := f.Revoked(ctx, c); !revoked || err != nil {
			t.Errorf("%s: revoked is %v, want true: %v", name, revoked, err)
		}
	}
	if err := f.Revoke(ctx, endless); err != nil {
		t.Error(err)
	}
	if err := errors.Join(f.RevokeSubject(ctx, "https://login.example", "ada", now.Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	ask(t, f, "x", "", true)
	for name, err := range map[string]error{
		"no jti": f.Revoke(ctx, claimsOf("")), "no sid": f.RevokeSession(ctx, "i", ""), "no subject": f.RevokeSubject(ctx, "i", "", now),
	} {
		if err == nil {
			t.Errorf("%s is revoked", name)
		}
	}
}

// What a store ends, its feed sees.
func TestFeedOfStore(t *testing.T) {
	store := &Memory{}
	f := newFeed(t, store, FeedConfig{})
	now := time.Now()
	rec := Record{Subject: "ada", ID: "s", Created: now, Rotated: now, Idle: time.Hour, IdleUntil: now.Add(time.Hour), Until: now.Add(time.Hour)}
	if err := store.Create(t.Context(), rec, now); err != nil {
		t.Fatal(err)
	}
	ask(t, f, "a", "s", false)
	if _, err := store.End(t.Context(), "ada", "s"); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask(t, f, "a", "s", true)
}

// Entries are found while others are added, and go when they are forgotten.
func TestTableConcurrently(t *testing.T) {
	table := newRevokedTable()
	now := time.Now()
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 3000 {
				r := tokenEntry(fmt.Sprint(worker, "-", i))
				r.Until = now.Add(time.Duration(i%2) * time.Hour)
				table.add(now.Add(-time.Minute), []Revocation{r})
				if !table.has(keyToken, r.Issuer, r.ID) {
					t.Errorf("%s is not there", r.ID)
					return
				}
			}
		})
	}
	all.Wait()
	if table.count != 12000 {
		t.Errorf("there are %d entries, want 12000", table.count)
	}
	for i := range 20000 {
		table.add(now.Add(time.Minute), []Revocation{tokenEntry(fmt.Sprint("more-", i))})
	}
	if table.has(keyToken, "https://login.example", "0-0") || !table.has(keyToken, "https://login.example", "0-1") {
		t.Error("a rebuilt table has an entry of the past, or lacks one of the future")
	}
}

// Of several entries of one key the longest and the latest count.
func TestTableAgain(t *testing.T) {
	table := newRevokedTable()
	now := time.Now()
	subject := func(before, until time.Duration) Revocation {
		return Revocation{Kind: RevokedSubject, ID: "ada", Before: now.Add(before), Until: now.Add(until)}
	}
	for _, r := range []Revocation{subject(time.Minute, time.Hour), subject(time.Second, 2*time.Hour), subject(time.Second, time.Minute), subject(2*time.Minute, time.Minute)} {
		table.add(now, []Revocation{r})
	}
	e := table.find(keySubject, "", "ada")
	if e == nil || !e.cut.Equal(now.Add(2*time.Minute)) || !e.until.Equal(now.Add(2*time.Hour)) {
		t.Errorf("the entry is %+v", e)
	}
}
