package stores

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/redisstore"
	"github.com/loginctl/loginctl/pkg/login/session/sqlstore"
)

// bounds are how many times the cost of the smallest durable change a rotation may
// have, by dialect. They count in a full run, on a machine that does nothing else.
var bounds = map[sqlstore.Dialect]float64{sqlstore.PostgreSQL: 1.3, sqlstore.MySQL: 2.2}

const redisBound = 1.3

// measure compares a rotation with a single UPDATE by the primary key, or with the
// EVAL of a single HSET of the same size, and counts both by 16 clients.
func measure(t *testing.T, e *engine) {
	store, err := e.open()
	if e.client != nil { // the same connection for both
		store, err = redisstore.New(GoRedis{e.client}, redisstore.Config{Prefix: e.prefix()})
	}
	if err != nil {
		t.Fatal(err)
	}
	subject := newPrefix()
	calls := setting("COSTS", 40)
	rotating, plain := newRotating(t, store, subject), newRotating(t, store, subject)
	var rotate, single []time.Duration
	for range calls { // in turn, so that both meet the same load of the machine
		rotate = append(rotate, timed(func() { rotating.rotate(t, store) }))
		if change := e.change(t, plain); change != nil {
			single = append(single, timed(change))
		}
	}
	var perSecond, singles float64
	const windows = 5
	for range windows { // in turn too
		window := time.Duration(calls) * time.Millisecond
		perSecond += throughput(t, window, func() func() {
			s := newRotating(t, store, newPrefix())
			return func() { s.rotate(t, store) }
		}) / windows
		if single != nil {
			singles += throughput(t, window, func() func() { return e.change(t, newRotating(t, store, newPrefix())) }) / windows
		}
	}
	if single == nil {
		t.Logf("%s: a rotation %v; %.0f a second by 16 clients", e.name, median(rotate), perSecond)
		return
	}
	ratio := float64(median(rotate)) / float64(median(single))
	t.Logf("%s: a rotation %v, a single change %v, ratio %.2f; by 16 clients %.0f and %.0f a second; load %s",
		e.name, median(rotate), median(single), ratio, perSecond, singles, load())
	bound := bounds[e.dialect]
	if e.client != nil {
		bound = redisBound
	}
	if full() && bound > 0 && ratio > bound {
		t.Errorf("a rotation costs %.2f times a single change, want at most %.2f", ratio, bound)
	}
}

// load returns how many processes have wanted a processor in the last minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	minute, _, _ := strings.Cut(string(text), " ")
	return minute
}

// redisValue is as long as the session of newRotating is in Redis.
var redisValue = strings.Repeat("1700000000000 ", 7) + `0 {"device":"Firefox on Debian","scopes":"posts:read"}`

// change returns the smallest durable change of a session on the engine, or nil.
func (e *engine) change(t *testing.T, s *rotating) func() {
	switch {
	case e.db != nil:
		query := "UPDATE login_sessions SET generation=generation+1 WHERE id=?"
		if e.dialect == sqlstore.PostgreSQL {
			query = "UPDATE login_sessions SET generation=generation+1 WHERE id=$1"
		}
		return func() {
			_, err := e.db.ExecContext(t.Context(), query, []byte(s.ID))
			for err != nil && strings.Contains(err.Error(), "40001") { // as the store does
				_, err = e.db.ExecContext(t.Context(), query, []byte(s.ID))
			}
			if err != nil {
				t.Error(err)
			}
		}
	case e.client != nil:
		return func() {
			const script = "return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])"
			if _, err := (GoRedis{e.client}).Eval(t.Context(), script, []string{"single"}, []string{s.ID, redisValue}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return nil
}

// rotating is a session and its next token.
type rotating struct{ session.Rotation }

func newRotating(t *testing.T, store session.Store, subject string) *rotating {
	now := time.Now()
	rec := session.Record{
		Subject: subject, ID: newPrefix(), Device: "Firefox on Debian", Scopes: []string{"posts:read"},
		Created: now, Rotated: now, Idle: time.Hour, IdleUntil: now.Add(time.Hour), Until: now.Add(24 * time.Hour),
	}
	if err := store.Create(t.Context(), rec, now); err != nil {
		t.Fatal(err)
	}
	return &rotating{session.Rotation{Subject: subject, ID: rec.ID, Grace: time.Minute}}
}

func (r *rotating) rotate(t *testing.T, store session.Store) {
	r.Now = time.Now()
	_, outcome, err := store.Rotate(context.Background(), r.Rotation)
	if err != nil || outcome != session.Rotated {
		t.Errorf("Rotate: %v, %v", outcome, err)
	}
	r.Presented++
}

// throughput returns how many calls a second 16 clients make.
func throughput(t *testing.T, d time.Duration, client func() func()) float64 {
	var all sync.WaitGroup
	var count atomic.Int64
	began := time.Now()
	for range 16 {
		call := client()
		all.Go(func() {
			for time.Since(began) < d && !t.Failed() {
				call()
				count.Add(1)
			}
		})
	}
	all.Wait()
	return float64(count.Load()) / time.Since(began).Seconds()
}

func timed(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2].Round(time.Microsecond)
}
