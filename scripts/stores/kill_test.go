package stores

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// The server is killed with SIGKILL under load and started again: no token is
// accepted twice, no end is undone, and every client goes on.

func TestPostgresKill(t *testing.T) { killed(t, openPostgres(t, "PostgreSQL", "&connect_timeout=2")) }
func TestMariaDBKill(t *testing.T) {
	killed(t, openMariaDB(t, "MariaDB", "?timeout=2s&readTimeout=2s&writeTimeout=2s"))
}
func TestRedisKill(t *testing.T) { killed(t, openRedis(t)) }

func TestPostgresLateCommits(t *testing.T) { checkLateCommits(t, openPostgres(t, "PostgreSQL", "")) }
func TestMariaDBLateCommits(t *testing.T)  { checkLateCommits(t, openMariaDB(t, "MariaDB", "")) }

func killed(t *testing.T, e *engine) {
	store, err := e.open()
	if err != nil {
		t.Fatal(err)
	}
	k := &killing{store: store, subject: "kill" + newPrefix()}
	kills := setting("KILLS", 1)
	for range kills {
		k.round(t, e.server)
	}
	t.Logf("%s: %d kills; %d rotations, %d errors, %d double wins; afterwards %d commits healed by a retry, %d tokens ahead, %d false logouts, %d of %d ends lost, %d sessions lost",
		e.name, kills, k.rotations.Load(), k.errors.Load(), k.double.Load(), k.healed, k.ahead, k.logouts.Load(), k.lostEnds, k.ends.Load(), k.lost)
	if k.double.Load()+k.logouts.Load() > 0 || k.lostEnds+k.lost > 0 {
		t.Error("a killed server must cost nothing")
	}
	if k.rotations.Load() == 0 || k.errors.Load() == 0 {
		t.Error("the server was not killed under load: nothing was shown")
	}
}

// killing is one test of kills.
type killing struct {
	store   session.Store
	subject string

	rotations, errors, ends       atomic.Int64
	double, logouts               atomic.Int64
	healed, ahead, lostEnds, lost int
}

// tab is a browser with one session, used by two tabs at once.
type tab struct {
	id         string
	generation uint64
	lifetime   int  // refreshes before it logs out; 0 for never
	ended      bool // the server has confirmed the end
	maybeEnded bool // it has not, and may have done it
}

func (k *killing) round(t *testing.T, server string) {
	var tabs []*tab
	now := time.Now()
	for i := range 48 {
		b := &tab{id: newPrefix()}
		if i%3 == 0 {
			b.lifetime = 5 + rand.IntN(400)
		}
		rec := session.Record{Subject: k.subject, ID: b.id, Created: now, Rotated: now, Idle: time.Hour, IdleUntil: now.Add(time.Hour), Until: now.Add(time.Hour)}
		if err := k.store.Create(t.Context(), rec, now); err != nil {
			t.Fatal(err)
		}
		tabs = append(tabs, b)
	}
	stop := make(chan struct{})
	var all sync.WaitGroup
	for _, b := range tabs {
		all.Go(func() { k.browse(t, b, stop) })
	}
	time.Sleep(time.Duration(700+rand.IntN(800)) * time.Millisecond)
	servers(t, "kill", server)
	time.Sleep(300 * time.Millisecond) // so that all have met it
	close(stop)
	all.Wait()
	servers(t, "start", server)
	for _, b := range tabs {
		k.inspect(t, b)
	}
}

// servers calls servers.sh.
func servers(t *testing.T, action, server string) {
	t.Helper()
	if out, err := exec.Command("./servers.sh", os.Getenv("STORES_FOLDER"), action, server).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", action, server, err, out)
	}
}

// browse refreshes until it is stopped, or logs out.
func (k *killing) browse(t *testing.T, b *tab, stop <-chan struct{}) {
	for n := 1; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		if n == b.lifetime {
			if _, err := k.store.End(context.Background(), k.subject, b.id); err != nil {
				b.maybeEnded = true
				return
			}
			b.ended = true
			k.ends.Add(1)
			return
		}
		if k.refreshTwice(t, b) {
			b.generation++
		} else {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// refreshTwice presents the token in two tabs at once, and reports whether one of
// them was given the next one.
func (k *killing) refreshTwice(t *testing.T, b *tab) bool {
	var both sync.WaitGroup
	var wins, granted atomic.Int64
	for range 2 {
		both.Go(func() {
			_, outcome, err := k.store.Rotate(context.Background(), k.rotation(b))
			switch {
			case err != nil:
				k.errors.Add(1)
				return
			case !outcome.Granted():
				k.logouts.Add(1)
				t.Logf("while it runs: %v", outcome)
				return
			case outcome != session.Retried:
				wins.Add(1)
				k.rotations.Add(1)
			}
			granted.Add(1)
		})
	}
	both.Wait()
	if wins.Load() > 1 {
		k.double.Add(1)
	}
	return granted.Load() > 0
}

func (k *killing) rotation(b *tab) session.Rotation {
	return session.Rotation{Subject: k.subject, ID: b.id, Presented: b.generation, Now: time.Now(), Grace: time.Minute}
}

// inspect presents the last token that the client has, after the restart.
func (k *killing) inspect(t *testing.T, b *tab) {
	_, outcome, err := k.store.Rotate(t.Context(), k.rotation(b))
	for range 40 { // connections of the pool from before the kill
		if err == nil {
			break
		}
		time.Sleep(25 * time.Millisecond)
		_, outcome, err = k.store.Rotate(t.Context(), k.rotation(b))
	}
	switch {
	case err != nil:
		t.Fatal(err)
	case outcome == session.Unknown:
		k.lost++
	case b.ended && outcome != session.Ended:
		k.lostEnds++
	case b.ended || b.maybeEnded && outcome == session.Ended:
	case outcome == session.Retried:
		k.healed++
	case outcome == session.Ahead:
		// InnoDB shows a commit to other connections before it is on disk, and
		// Redis answers before it writes: the other tab had the token already.
		k.ahead++
	case outcome != session.Rotated:
		k.logouts.Add(1)
		t.Logf("after the restart: %v", outcome)
	}
}
