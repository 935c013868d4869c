package limit

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// door is a login with one limiter and a clock.
type door struct {
	*Limiter
	t   *testing.T
	now time.Time
}

func newDoor(t *testing.T, c Config) *door {
	t.Helper()
	d := &door{t: t, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	c.Now = func() time.Time { return d.now }
	if c.Store == nil {
		c.Store = &Memory{Now: c.Now}
	}
	var err error
	if d.Limiter, err = New(c); err != nil {
		t.Fatal(err)
	}
	return d
}

func request(address string) *http.Request {
	r := httptest.NewRequest("POST", "/login", nil)
	r.RemoteAddr = address + ":1234"
	return r
}

// try makes an attempt with the result, and returns the wait if it was not made.
func (d *door) try(name, address string, result error) time.Duration {
	d.t.Helper()
	made := false
	err := d.Do(d.t.Context(), request(address), name, func() error { made = true; return result })
	if retry, ok := errors.AsType[*login.RetryError](err); ok && !made {
		return retry.After
	}
	if !errors.Is(err, result) || !made {
		d.t.Errorf("Do = %v, made %v; want %v", err, made, result)
	}
	return 0
}

func (d *door) fail(name, address string, times int) {
	d.t.Helper()
	for i := range times {
		if wait := d.try(name, address, login.ErrBadCredentials); wait > 0 {
			d.t.Fatalf("failure %d has to wait %v", i+1, wait)
		}
	}
}

func TestWaitsDouble(t *testing.T) {
	d := newDoor(t, Config{})
	d.fail("ada", "192.0.2.1", 5)
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}
	for _, seconds := range want {
		wait := d.try("ada", "192.0.2.1", login.ErrBadCredentials)
		if wait != seconds*time.Second {
			t.Errorf("the wait is %v, want %v", wait, seconds*time.Second)
		}
		d.now = d.now.Add(wait - time.Millisecond)
		if wait := d.try("ada", "192.0.2.1", nil); wait != time.Millisecond {
			t.Errorf("a millisecond before its end the wait is %v", wait)
		}
		d.now = d.now.Add(time.Millisecond)
		d.fail("ada", "192.0.2.1", 1)
	}
}

func TestGoodLoginEndsTheWait(t *testing.T) {
	d := newDoor(t, Config{})
	d.fail("ada", "192.0.2.1", 8-3)
	d.now = d.now.Add(time.Second)
	if wait := d.try("ada", "192.0.2.1", nil); wait != 0 {
		t.Fatalf("a good login waits %v", wait)
	}
	d.fail("ada", "192.0.2.1", 5)
}

func TestWhatCounts(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		counts bool
	}{
		{"a wrong password", login.ErrBadCredentials, true},
		{"a name that no user has", login.ErrUserNotFound, true},
		{"a user who is locked", login.ErrForbidden, true},
		{"a locked account", &login.RetryError{Locked: true}, true},
		{"another limiter", &login.RetryError{After: time.Second}, false},
		{"an outage", login.ErrUnavailable, false},
		{"another error", errors.New("broken"), false},
		{"a good login", nil, false},
	} {
		d := newDoor(t, Config{Free: 1})
		d.try("ada", "192.0.2.1", test.err)
		if waits := d.try("ada", "192.0.2.1", nil) > 0; waits != test.counts {
			t.Errorf("%s: the next attempt waits: %v, want %v", test.name, waits, test.counts)
		}
	}
}

// Counts depend on the text that was typed, not on whether there is such a user.
func TestUnknownNamesWaitAlike(t *testing.T) {
	d := newDoor(t, Config{})
	for range 9 {
		known, unknown := d.try("ada", "192.0.2.1", login.ErrBadCredentials), d.try("zoe", "192.0.2.1", login.ErrUserNotFound)
		if known != unknown {
			t.Errorf("a known name waits %v, and an unknown one %v", known, unknown)
		}
		d.now = d.now.Add(known)
	}
}

func TestOthersDoNotWait(t *testing.T) {
	d := newDoor(t, Config{Free: 1})
	d.fail("ada", "192.0.2.1", 1)
	for _, other := range []struct{ name, address string }{{"bob", "192.0.2.1"}, {"ada", "192.0.2.2"}, {"ad", "192.0.2.1"}} {
		if wait := d.try(other.name, other.address, nil); wait > 0 {
			t.Errorf("%s at %s waits %v", other.name, other.address, wait)
		}
	}
	for _, same := range []string{"ada", "ADA", " Ada\n"} {
		if d.try(same, "192.0.2.1", nil) == 0 {
			t.Errorf("%q does not wait: it may be the same user", same)
		}
	}
}

func TestClientAlone(t *testing.T) {
	d := newDoor(t, Config{Key: ClientAlone, Free: 3})
	for _, name := range []string{"ada", "bob", "eve"} {
		d.fail(name, "192.0.2.1", 1)
		// The attacker has an account too.
		if wait := d.try("mallory", "192.0.2.1", nil); wait > 0 && name != "eve" {
			t.Errorf("after %s: a good login waits %v", name, wait)
		}
	}
	if d.try("zoe", "192.0.2.1", nil) == 0 {
		t.Error("the client has failed with three names, and does not wait")
	}
}

func TestForgotten(t *testing.T) {
	d := newDoor(t, Config{Free: 1, Most: time.Minute, Forget: time.Hour})
	d.fail("ada", "192.0.2.1", 1)
	d.now = d.now.Add(time.Hour)
	d.fail("ada", "192.0.2.1", 1)
	if wait := d.try("ada", "192.0.2.1", nil); wait != time.Second {
		t.Errorf("after a forgotten failure and another one the wait is %v, want 1s", wait)
	}
}

// A store may keep failures for longer than it has to.
func TestForgottenByTime(t *testing.T) {
	d := newDoor(t, Config{})
	old := Failures{40, d.now.Add(-24 * time.Hour)}
	if next, wait := d.config.step(old, d.now); next.Count != 1 || wait != 0 {
		t.Errorf("a day after 40 failures the next one is number %d and waits %v", next.Count, wait)
	}
	old.Last = old.Last.Add(time.Millisecond)
	if next, wait := d.config.step(old, d.now); next.Count != 41 || wait != 0 {
		t.Errorf("a millisecond before, the next one is number %d and waits %v", next.Count, wait)
	}
}

// Replicas have clocks that differ.
func TestClockBehind(t *testing.T) {
	d := newDoor(t, Config{Free: 2})
	d.fail("ada", "192.0.2.1", 1)
	d.now = d.now.Add(-time.Hour)
	d.fail("ada", "192.0.2.1", 1) // is counted
	d.now = d.now.Add(-time.Hour)
	if wait := d.try("ada", "192.0.2.1", nil); wait != time.Second {
		t.Errorf("by a clock that is an hour behind the wait is %v, want 1s", wait)
	}
}

// Guesses at once are not more than guesses in turn.
func TestGuessesAtOnce(t *testing.T) {
	d := newDoor(t, Config{})
	var all sync.WaitGroup
	var made atomic.Int64
	for range 64 {
		all.Go(func() {
			_ = d.Do(t.Context(), request("192.0.2.1"), "ada", func() error { made.Add(1); return login.ErrBadCredentials })
		})
	}
	all.Wait()
	if made.Load() != 5 {
		t.Errorf("%d of 64 guesses at once were made, want 5", made.Load())
	}
}

func TestClientLeft(t *testing.T) {
	for _, test := range []struct {
		result error
		counts bool
	}{{context.Canceled, true}, {nil, false}} {
		d := newDoor(t, Config{Free: 1})
		ctx, leave := context.WithCancel(t.Context())
		err := d.Do(ctx, request("192.0.2.1"), "ada", func() error { leave(); return test.result })
		if !errors.Is(err, test.result) {
			t.Errorf("Do = %v, want %v", err, test.result)
		}
		if waits := d.try("ada", "192.0.2.1", nil) > 0; waits != test.counts {
			t.Errorf("an attempt with the result %v whose client left counts: %v, want %v", test.result, waits, test.counts)
		}
	}
}

// failing is a store that is down from one call on.
type failing struct {
	Memory
	calls, from int
}

func (f *failing) next() error {
	if f.calls++; f.calls > f.from {
		return errors.New("connection refused")
	}
	return nil
}

func (f *failing) Failures(ctx context.Context, key string) (Failures, error) {
	if err := f.next(); err != nil {
		return Failures{}, err
	}
	return f.Memory.Failures(ctx, key)
}

func (f *failing) SetFailures(ctx context.Context, key string, old, next Failures, keep time.Duration) (bool, error) {
	if err := f.next(); err != nil {
		return false, err
	}
	return f.Memory.SetFailures(ctx, key, old, next, keep)
}

func TestStoreDown(t *testing.T) {
	for from := range 3 {
		l, err := New(Config{Store: &failing{from: from}})
		if err != nil {
			t.Fatal(err)
		}
		made := false
		err = l.Do(t.Context(), request("192.0.2.1"), "ada", func() error { made = true; return nil })
		if after := from == 2; made != after || errors.Is(err, login.ErrUnavailable) == after {
			t.Errorf("the store is down after %d calls: the attempt is made: %v, %v", from, made, err)
		}
	}
}

func TestConfigMistakes(t *testing.T) {
	for _, test := range []struct {
		config Config
		want   string
	}{
		{Config{}, "Config.Store is not set"},
		{Config{Store: &Memory{}, Key: 2}, "Config.Key is 2"},
		{Config{Store: &Memory{}, Free: -1}, "Config.Free is -1"},
		{Config{Store: &Memory{}, First: -1}, "the First of limit.Config is -1ns"},
		{Config{Store: &Memory{}, First: time.Hour}, "each must be longer"},
		{Config{Store: &Memory{}, Forget: time.Minute}, "each must be longer"},
	} {
		if _, err := New(test.config); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("New = %v, want %q", err, test.want)
		}
	}
}
