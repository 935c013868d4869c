package stores

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/sqlstore"
)

// every is how often the feeds under test poll.
const every = 200 * time.Millisecond

// pollBeside is how often a feed polls that is woken up, too rarely to help.
const pollBeside = 5 * time.Second

// checkFeed checks how long an entry of one replica takes to reach another. The bounds in
// milliseconds count in a full run, on a machine that does nothing else; in any run a
// wake-up comes long before the poll would.
func checkFeed(t *testing.T, e *engine) {
	poll := latencies(t, e, nil, setting("LATENCIES", 5))
	t.Logf("%s: polled every %v, seen elsewhere after %v at the median and %v at most", e.name, every, poll[len(poll)/2], poll[len(poll)-1])
	if worst := poll[len(poll)-1]; full() && worst > every+200*time.Millisecond {
		t.Errorf("an entry took %v to reach another replica, want at most %v", worst, every+200*time.Millisecond)
	}
	if e.wake == nil {
		return
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	pushed := latencies(t, e, e.wake(ctx), 4*setting("LATENCIES", 5))
	t.Logf("%s: woken up, seen elsewhere after %v at the median and %v at most", e.name, pushed[len(pushed)/2], pushed[len(pushed)-1])
	if slowest := pushed[len(pushed)-1]; slowest > pollBeside/2 {
		t.Errorf("an entry took %v with a wake-up, as if it had waited for the poll", slowest)
	}
	// The slowest may have been hit by the machine's other work: then its poll counts.
	if slow := pushed[len(pushed)*9/10]; full() && slow > 50*time.Millisecond {
		t.Errorf("nine of ten entries took up to %v with a wake-up, want at most 50ms", slow)
	}
}

// latencies returns how long revocations took from before the call to the view of
// another replica, sorted.
func latencies(t *testing.T, e *engine, wake <-chan struct{}, n int) []time.Duration {
	writer, reader := replica(t, e, session.FeedConfig{}), replica(t, e, session.FeedConfig{Every: every})
	if wake != nil { // polling must not help
		reader = replica(t, e, session.FeedConfig{Every: pollBeside})
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { reader.Run(ctx, wake) })
	defer running.Wait()
	defer cancel()
	if err := reader.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	var all []time.Duration
	for range n {
		c := token(newPrefix())
		began := time.Now()
		if err := writer.Revoke(ctx, c); err != nil {
			t.Fatal(err)
		}
		for !revoked(t, reader, c) {
			if time.Since(began) > 20*time.Second {
				t.Fatal("an entry has not reached another replica in 20 seconds")
			}
			time.Sleep(200 * time.Microsecond)
		}
		all = append(all, time.Since(began).Round(100*time.Microsecond))
	}
	slices.Sort(all)
	return all
}

// replica returns a feed over a handle.
func replica(t *testing.T, e *engine, config session.FeedConfig) *session.Feed {
	t.Helper()
	store, err := e.open()
	if err != nil {
		t.Fatal(err)
	}
	feed, err := session.NewFeed(store, config)
	if err != nil {
		t.Fatal(err)
	}
	return feed
}

func token(id string) *login.Claims {
	now := time.Now()
	return &login.Claims{Issuer: "https://login.example", Subject: "ada", ID: id, IssuedAt: now, ExpiresAt: now.Add(15 * time.Minute)}
}

func revoked(t *testing.T, feed *session.Feed, c *login.Claims) bool {
	t.Helper()
	revoked, err := feed.Revoked(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return revoked
}

// A transaction that takes long commits an entry whose date has been read past.
func checkLateCommits(t *testing.T, e *engine) {
	const entries = 20
	without, with := lateCommits(t, e, time.Nanosecond, entries), lateCommits(t, e, 5*time.Second, entries)
	t.Logf("%s: of %d entries that were committed late, %d were missed without an overlap and %d with one of 5s", e.name, entries, without, with)
	if with > 0 {
		t.Errorf("%d of %d entries that were committed late are missed", with, entries)
	}
	if without == 0 {
		t.Error("without an overlap all are seen: the test does not commit late")
	}
}

func lateCommits(t *testing.T, e *engine, overlap time.Duration, entries int) (missed int) {
	feed := replica(t, e, session.FeedConfig{Overlap: overlap, Every: time.Hour, Stale: 2 * time.Hour})
	store, err := e.open()
	if err != nil {
		t.Fatal(err)
	}
	sync := func() {
		t.Helper()
		if err := feed.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sync()
	insert := "INSERT INTO login_revocations (kind, issuer, id, before_at, until_at, noted_at) SELECT 1, $1, $2, 0, $3, (extract(epoch from clock_timestamp())*1000)::bigint"
	if e.dialect == sqlstore.MySQL {
		insert = "INSERT INTO login_revocations (kind, issuer, id, before_at, until_at, noted_at) SELECT 1, ?, ?, 0, ?, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000"
	}
	for range entries {
		c := token(newPrefix())
		tx, err := e.db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(insert, []byte(c.Issuer), []byte(c.ID), c.ExpiresAt.UnixMilli()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
		other := session.Revocation{Kind: session.RevokedToken, Issuer: c.Issuer, ID: newPrefix(), Until: c.ExpiresAt}
		if err := store.Note(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		sync() // sees the other entry, and moves on
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Millisecond)
		sync()
		sync()
		if !revoked(t, feed, c) {
			missed++
		}
	}
	return missed
}
