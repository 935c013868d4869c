package jwks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// newKey returns a key with that kid.
func newKey(kid string) *keys.SigningKey {
	return must(must(keys.Generate(keys.ES256)).WithID(kid))
}

// remote is a client of an issuer without a network.
func remote(t *testing.T, issuer *jwkstest.Issuer, change func(*jwks.Config)) *jwks.Client {
	t.Helper()
	config := jwks.Config{
		URL: "https://id.example/jwks", Algorithms: []keys.Algorithm{keys.ES256}, HTTPClient: &http.Client{Transport: issuer},
	}
	if change != nil {
		change(&config)
	}
	client, err := jwks.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// current returns the keys, which have to be there.
func current(t *testing.T, c *jwks.Client) *keys.Snapshot {
	t.Helper()
	snapshot, err := c.Current(t.Context())
	if err != nil {
		t.Fatalf("no keys: %v", err)
	}
	return snapshot
}

// wantRequests checks the number of requests for the set since the last check.
func wantRequests(t *testing.T, issuer *jwkstest.Issuer, since *int, want int) {
	t.Helper()
	synctest.Wait()
	got := issuer.Requests() - *since
	*since += got
	if got != want {
		t.Errorf("the set was requested %d times, want %d", got, want)
	}
}

func has(s *keys.Snapshot, kid string) bool {
	_, err := s.Select(keys.ES256, kid, true)
	return err == nil
}

// status answers with a status and headers, given as "Name: value".
func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(code)
	}
}

// body answers with a text and headers.
func body(text string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status(http.StatusOK, headers...)(w, r)
		io.WriteString(w, text)
	}
}

// setOf is the JWK Set of keys.
func setOf(list ...*keys.SigningKey) string {
	var public []*keys.VerificationKey
	for _, k := range list {
		public = append(public, k.VerificationKey())
	}
	return string(must(keys.MarshalJWKS(public...)))
}

// pass lets time go by, and what was due at its end happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func slow(d time.Duration, then http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(d)
		then.ServeHTTP(w, r)
	}
}

func TestFirstKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer, seen := jwkstest.New(newKey("a").VerificationKey()), 0
		client := remote(t, issuer, nil)
		wantRequests(t, issuer, &seen, 0)
		if len(client.Snapshot().VerificationKeys()) != 0 || client.Status().Ready() {
			t.Error("there are keys before the first read")
		}
		first := current(t, client)
		if !has(first, "a") || current(t, client) != first || client.Snapshot() != first {
			t.Error("the key is not there")
		}
		wantRequests(t, issuer, &seen, 1)
	})
}

func TestCallersShareOneRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer, seen := jwkstest.New(), 0
		issuer.Answer(slow(time.Second, body(setOf(newKey("a")))))
		client := remote(t, issuer, nil)
		var callers sync.WaitGroup
		for range 50 {
			callers.Go(func() { current(t, client) })
		}
		callers.Wait()
		wantRequests(t, issuer, &seen, 1)
		// After a rotation all get the new keys: joining a read costs nothing.
		issuer.Answer(slow(time.Second, body(setOf(newKey("b")))))
		old := client.Snapshot()
		for range 50 {
			callers.Go(func() {
				if s, err := client.Refresh(t.Context(), old); err != nil || !has(s, "b") {
					t.Errorf("a caller does not get the new keys: %v", err)
				}
			})
		}
		callers.Wait()
		wantRequests(t, issuer, &seen, 1)
	})
}

// A set that is no longer fresh is read again beside the request.
func TestReloadBesideTheRequest(t *testing.T) {
	for _, tt := range []struct {
		header string
		fresh  time.Duration
	}{
		{"", 15 * time.Minute},
		{"public, max-age=3600", time.Hour},
		{"max-age=3600, must-revalidate", time.Hour},
		{"max-age=1", time.Minute},
		{"no-cache, max-age=3600", time.Minute},
		{"max-age=1000000000000", 24 * time.Hour},
	} {
		t.Run(tt.header, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := newKey("a"), newKey("b")
				issuer, seen := jwkstest.New(), 0
				issuer.Answer(body(setOf(a), "Cache-Control: "+tt.header))
				client := remote(t, issuer, nil)
				old := current(t, client)
				pass(tt.fresh - time.Nanosecond)
				current(t, client)
				wantRequests(t, issuer, &seen, 1)

				issuer.Answer(slow(3*time.Second, body(setOf(b))))
				pass(time.Nanosecond)
				begin := time.Now()
				for range 10 {
					if current(t, client) != old {
						t.Error("the old keys are not used during the read")
					}
				}
				if time.Since(begin) != 0 {
					t.Error("a request waited")
				}
				pass(3 * time.Second)
				wantRequests(t, issuer, &seen, 1)
				if s := current(t, client); has(s, "a") || !has(s, "b") {
					t.Error("the new keys are not used")
				}
			})
		})
	}
}

// Old keys are used while the issuer is down, for a limited time.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newKey("a")
		issuer := jwkstest.New(a.VerificationKey())
		client := remote(t, issuer, func(c *jwks.Config) { c.Fresh = time.Hour })
		snapshot := current(t, client)
		issuer.Answer(status(http.StatusInternalServerError))
		for range 24*60 + 59 {
			pass(time.Minute)
			if current(t, client) != snapshot {
				t.Fatal("other keys")
			}
		}
		if s := client.Status(); !s.Ready() || s.Failures == 0 || s.Error != "reading https://id.example/jwks: the answer is 500 Internal Server Error" {
			t.Errorf("status: %+v", s)
		}
		if _, err := client.Refresh(t.Context(), snapshot); err == nil {
			t.Error("it is known that a kid is unknown")
		}
		pass(time.Minute)
		if _, err := client.Current(t.Context()); err == nil || client.Status().Ready() {
			t.Error("keys are used after 25 hours")
		}
		issuer.Answer(nil)
		pass(time.Minute)
		if current(t, client) != snapshot {
			t.Error("the same keys are another snapshot")
		}
		if s := client.Status(); !s.Ready() || s.Failures != 0 || s.Error != "" || !s.RetryAt.IsZero() {
			t.Errorf("status: %+v", s)
		}
	})
}

// A late retry does not lengthen the time in which old keys are used.
func TestStaleKeysEndBeforeTheRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := jwkstest.New(newKey("a").VerificationKey())
		client := remote(t, issuer, func(c *jwks.Config) { c.Stale = 5 * time.Minute })
		current(t, client)
		issuer.Answer(status(http.StatusTooManyRequests, "Retry-After: 600"))
		pass(15 * time.Minute)
		current(t, client)
		pass(5*time.Minute - time.Nanosecond)
		current(t, client)
		pass(time.Nanosecond)
		if _, err := client.Current(t.Context()); err == nil {
			t.Error("the keys are used until the retry")
		}
	})
}

func TestNoStaleKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := jwkstest.New(newKey("a").VerificationKey())
		client := remote(t, issuer, func(c *jwks.Config) { c.Stale = -1 })
		current(t, client)
		pass(15 * time.Minute)
		issuer.Publish(newKey("b").VerificationKey())
		if s := current(t, client); has(s, "a") {
			t.Error("a stale key is used")
		}
		issuer.Answer(status(http.StatusBadGateway))
		pass(15 * time.Minute)
		if _, err := client.Current(t.Context()); err == nil {
			t.Error("stale keys are used in an outage")
		}
	})
}

// Unknown kids cause four reads, and then one in ten seconds.
func TestUnknownKids(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer, seen := jwkstest.New(newKey("a").VerificationKey()), 0
		client := remote(t, issuer, nil)
		snapshot := current(t, client)
		wantRequests(t, issuer, &seen, 1)
		junk := func(n int) {
			t.Helper()
			for range n {
				if s, err := client.Refresh(t.Context(), snapshot); s != snapshot || err != nil {
					t.Fatalf("other keys, or %v", err)
				}
			}
		}
		junk(300)
		wantRequests(t, issuer, &seen, 4)
		pass(10 * time.Second)
		junk(300)
		wantRequests(t, issuer, &seen, 1)
		pass(10 * time.Second)

		// A rotation is noticed by the first token that is signed with the new key.
		b := newKey("b")
		issuer.Publish(b.VerificationKey())
		s, err := client.Refresh(t.Context(), snapshot)
		if err != nil || !has(s, "b") || current(t, client) != s {
			t.Errorf("the new key is not there: %v", err)
		}
		wantRequests(t, issuer, &seen, 1)
		if late, err := client.Refresh(t.Context(), snapshot); late != s || err != nil {
			t.Errorf("a request with the old keys does not get the new ones: %v", err)
		}
		wantRequests(t, issuer, &seen, 0)

		pass(40 * time.Second)
		snapshot = s
		junk(300)
		wantRequests(t, issuer, &seen, 4)
	})
}

// Reads that age caused do not count as those of unknown kids.
func TestRotationAfterAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := jwkstest.New(newKey("0").VerificationKey())
		client := remote(t, issuer, func(c *jwks.Config) { c.Fresh, c.MinFresh = time.Second, time.Second })
		snapshot := current(t, client)
		for range 20 {
			pass(time.Second)
			current(t, client)
			synctest.Wait() // for the read
		}
		for i := range 4 {
			kid := fmt.Sprint("next", i)
			issuer.Publish(newKey(kid).VerificationKey())
			s, err := client.Refresh(t.Context(), snapshot)
			if err != nil || !has(s, kid) {
				t.Fatalf("rotation %d is not noticed: %v", i, err)
			}
			snapshot = s
		}
	})
}

func TestUnknownKidsInAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer, seen := jwkstest.New(newKey("a").VerificationKey()), 0
		client := remote(t, issuer, nil)
		snapshot := current(t, client)
		wantRequests(t, issuer, &seen, 1)
		issuer.Answer(status(http.StatusServiceUnavailable))
		for range 100 {
			if _, err := client.Refresh(t.Context(), snapshot); err == nil {
				t.Fatal("an outage says that the kid is unknown")
			}
			if current(t, client) != snapshot {
				t.Fatal("known kids are refused")
			}
		}
		wantRequests(t, issuer, &seen, 1)
		issuer.Answer(nil)
		pass(2 * time.Second)
		if s, err := client.Refresh(t.Context(), snapshot); s != snapshot || err != nil {
			t.Errorf("after the outage: %v", err)
		}
	})
}

// A service starts while its issuer is down.
func TestColdStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer, seen := jwkstest.New(newKey("a").VerificationKey()), 0
		issuer.Answer(status(http.StatusServiceUnavailable))
		client := remote(t, issuer, nil)
		for range 20 {
			if _, err := client.Current(t.Context()); err == nil {
				t.Fatal("there are keys")
			}
			if _, err := client.Refresh(t.Context(), client.Snapshot()); err == nil {
				t.Fatal("it is known that a kid is unknown")
			}
		}
		wantRequests(t, issuer, &seen, 1)
		issuer.Answer(nil)
		pass(2*time.Second - time.Nanosecond)
		if _, err := client.Current(t.Context()); err == nil {
			t.Error("it is asked too early")
		}
		pass(time.Nanosecond)
		current(t, client)
		wantRequests(t, issuer, &seen, 1)
	})
}

// Failed reads are repeated later and later, and not before Retry-After.
func TestBackoff(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func() http.Handler
		want   []time.Duration
	}{
		{"doubling", func() http.Handler { return status(500) }, []time.Duration{2, 4, 8, 16, 32, 60, 60, 60}},
		{"429 with seconds", func() http.Handler { return status(429, "Retry-After: 30") }, []time.Duration{30, 30, 30, 30, 32, 60}},
		{"429 with a date", func() http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				status(429, "Retry-After: "+time.Now().Add(90*time.Second).UTC().Format(http.TimeFormat))(w, r)
			})
		}, []time.Duration{90, 90, 90}},
		{"a day", func() http.Handler { return status(503, "Retry-After: 86400") }, []time.Duration{600, 600}},
		{"a number of no end", func() http.Handler { return status(503, "Retry-After: "+strings.Repeat("9", 40)) }, []time.Duration{600}},
		{"a date in the past", func() http.Handler { return status(503, "Retry-After: Fri, 01 Jan 1999 00:00:00 GMT") }, []time.Duration{2, 4}},
		{"nonsense", func() http.Handler { return status(503, "Retry-After: soon") }, []time.Duration{2, 4}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				issuer, seen := jwkstest.New(), 0
				issuer.Answer(tt.answer())
				client := remote(t, issuer, nil)
				client.Current(t.Context())
				wantRequests(t, issuer, &seen, 1)
				for _, delay := range tt.want {
					pass(delay*time.Second - time.Nanosecond)
					client.Current(t.Context())
					wantRequests(t, issuer, &seen, 0)
					pass(time.Nanosecond)
					client.Current(t.Context())
					wantRequests(t, issuer, &seen, 1)
				}
			})
		})
	}
}

// While old keys are used, the retries are no more frequent.
func TestBackoffWithStaleKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer, seen := jwkstest.New(newKey("a").VerificationKey()), 0
		client := remote(t, issuer, nil)
		current(t, client)
		issuer.Answer(status(500))
		wantRequests(t, issuer, &seen, 1)
		pass(15 * time.Minute)
		for range 62 { // seconds
			current(t, client)
			synctest.Wait()
			pass(time.Second)
		}
		wantRequests(t, issuer, &seen, 5) // at 0, 2, 6, 14 and 30 seconds
	})
}

// A set that says the same keeps its snapshot, which caches depend on.
func TestUnchangedSets(t *testing.T) {
	a, b := newKey("a"), newKey("b")
	for _, tt := range []struct {
		name   string
		answer http.Handler
		same   bool
	}{
		{"the same text", body(setOf(a, b), `ETag: "2"`), true},
		{"another order", body(setOf(b, a)), true},
		{"other blanks", body(setOf(a, b) + "  \n"), true},
		{"not modified", status(http.StatusNotModified), true},
		{"a key less", body(setOf(a)), false},
		{"a key more", body(setOf(a, b, newKey("c"))), false},
		{"another key of the kid", body(setOf(a, newKey("b"))), false},
		{"a skipped entry more", body(strings.Replace(setOf(a, b), "[", `[{"kty":"X"},`, 1)), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				issuer := jwkstest.New()
				issuer.Answer(body(setOf(a, b), `ETag: "1"`))
				client := remote(t, issuer, nil)
				old := current(t, client)
				sent := ""
				issuer.Answer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					sent = r.Header.Get("If-None-Match")
					tt.answer.ServeHTTP(w, r)
				}))
				pass(15 * time.Minute)
				current(t, client)
				synctest.Wait()
				if got := current(t, client) == old; got != tt.same {
					t.Errorf("the same snapshot: %v", got)
				}
				if s := client.Status(); s.Error != "" || time.Since(s.Read) != 0 || sent != `"1"` {
					t.Errorf("status: %+v, sent %q", s, sent)
				}
				pass(15*time.Minute - time.Nanosecond)
				count := issuer.Requests()
				current(t, client)
				if synctest.Wait(); issuer.Requests() != count {
					t.Error("it is not fresh again")
				}
			})
		})
	}
}

// An answer that is not a usable set never replaces good keys.
func TestBadAnswersKeepTheKeys(t *testing.T) {
	for name, answer := range map[string]http.Handler{
		"HTML":             body("<html>maintenance</html>", "Content-Type: text/html"),
		"no keys":          body(`{"keys":[]}`),
		"nothing":          body(""),
		"null":             body("null"),
		"only odd entries": body(`{"keys":[{"kty":"RSA","kid":"a"},null,{"kty":"oct","k":"AA"}]}`),
		"another algorithm": body(func() string {
			return string(must(keys.MarshalJWKS(must(keys.Generate(keys.EdDSA)).VerificationKey())))
		}()),
		"101 keys":                     body(`{"keys":[` + strings.Repeat("{},", 100) + `{}]}`),
		"nesting":                      body(strings.Repeat("[", 200000)),
		"over 512 KiB":                 body(`{"keys":[],"x":"` + strings.Repeat("x", 512<<10) + `"}`),
		"404":                          status(404),
		"204":                          status(204),
		"a redirect":                   status(302, "Location: https://other.example/jwks"),
		"a redirect to itself":         status(307, "Location: /jwks"),
		"not modified without an ETag": status(304),
		"no answer":                    slow(time.Hour, status(200)),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				issuer := jwkstest.New(newKey("a").VerificationKey())
				client := remote(t, issuer, nil)
				old := current(t, client)
				issuer.Answer(answer)
				begin := time.Now()
				if _, err := client.Refresh(t.Context(), old); err == nil {
					t.Error("the answer is accepted")
				}
				if took := time.Since(begin); took > 5*time.Second {
					t.Errorf("it took %v", took)
				}
				if current(t, client) != old {
					t.Error("the old keys are gone")
				}
				cold := remote(t, issuer, nil)
				if _, err := cold.Current(t.Context()); err == nil {
					t.Error("the answer is accepted by a new client")
				}
				pass(time.Hour) // let the handlers end
			})
		})
	}
}

// An issuer may rotate with every answer.
func TestRotationWithEveryAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer, seen, n := jwkstest.New(), 0, 0
		issuer.Answer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n++
			body(setOf(newKey(fmt.Sprint("k", n))))(w, r)
		}))
		client := remote(t, issuer, nil)
		for range 50 {
			client.Refresh(t.Context(), current(t, client))
		}
		wantRequests(t, issuer, &seen, 5)
		if !has(current(t, client), "k5") {
			t.Error("the last keys are not used")
		}
	})
}

// A caller waits until its context ends. The read goes on for the others.
func TestContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer, seen := jwkstest.New(), 0
		issuer.Answer(slow(3*time.Second, body(setOf(newKey("a")))))
		client := remote(t, issuer, nil)
		gone := errors.New("the user left")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, gone)
		defer cancel()
		var patient sync.WaitGroup
		patient.Go(func() { current(t, client) })
		begin := time.Now()
		if _, err := client.Current(ctx); !errors.Is(err, gone) || time.Since(begin) != time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		patient.Wait()
		if took := time.Since(begin); took != 3*time.Second {
			t.Errorf("the other caller waited %v", took)
		}
		wantRequests(t, issuer, &seen, 1)
		done, stop := context.WithCancel(t.Context())
		stop()
		if _, err := client.Current(done); err != nil {
			t.Errorf("keys that are there need no waiting: %v", err)
		}
		if _, err := client.Refresh(done, client.Snapshot()); !errors.Is(err, context.Canceled) {
			t.Errorf("refresh: %v", err)
		}
		pass(3 * time.Second)
	})
}

func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newKey("a")
		issuer := jwkstest.New()
		issuer.Answer(body(strings.Replace(setOf(a), "[", `[{"kty":"EC","kid":"odd"},`, 1), "Cache-Control: max-age=3600"))
		client := remote(t, issuer, func(c *jwks.Config) { c.URL = "https://id.example/jwks?api-key=1234" })
		if s := client.Status(); s.URL != "https://id.example/jwks" || !s.Read.IsZero() || s.Ready() {
			t.Errorf("at first: %+v", s)
		}
		begin := time.Now()
		current(t, client)
		pass(time.Minute)
		s := client.Status()
		if !s.Read.Equal(begin) || !s.FreshUntil.Equal(begin.Add(time.Hour)) || !s.UsedUntil.Equal(begin.Add(25*time.Hour)) || !s.Ready() {
			t.Errorf("times: %+v", s)
		}
		if !slices.Equal(s.Keys, []jwks.Key{{ID: "a", Algorithm: keys.ES256}}) {
			t.Errorf("keys: %+v", s.Keys)
		}
		if want := []string{`key 1 of the JWK Set (kid "odd"): malformed key: the JWK has no crv`}; !slices.Equal(s.Skipped, want) {
			t.Errorf("skipped: %q", s.Skipped)
		}
		text := string(must(json.Marshal(s)))
		if !strings.Contains(text, `"keys":[{"kid":"a","alg":"ES256"}]`) || strings.Contains(text, "1234") {
			t.Errorf("as JSON: %s", text)
		}
		issuer.Answer(status(500))
		client.Refresh(t.Context(), client.Snapshot())
		if s := client.Status(); strings.Contains(s.Error, "1234") || !s.RetryAt.Equal(time.Now().Add(2*time.Second)) || s.Failures != 1 {
			t.Errorf("after a failure: %+v", s)
		}
	})
}

func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var events []jwks.Event
		issuer := jwkstest.New(newKey("a").VerificationKey())
		client := remote(t, issuer, func(c *jwks.Config) { c.OnEvent = func(e jwks.Event) { events = append(events, e) } })
		next := func() jwks.Event {
			t.Helper()
			synctest.Wait()
			if len(events) != 1 {
				t.Fatalf("%d events", len(events))
			}
			e := events[0]
			events = nil
			return e
		}
		old := current(t, client)
		if e := next(); e.URL != "https://id.example/jwks" || !e.Changed || e.Keys != 1 || e.Err != nil {
			t.Errorf("the first read: %+v", e)
		}
		client.Refresh(t.Context(), old)
		if e := next(); e.Changed || e.Err != nil {
			t.Errorf("the same: %+v", e)
		}
		issuer.Answer(slow(time.Second, body(`{"keys":[]}`)))
		client.Refresh(t.Context(), old)
		if e := next(); e.Changed || e.Keys != 1 || !errors.Is(e.Err, keys.ErrNoKey) || e.Duration != time.Second {
			t.Errorf("a failure: %+v", e)
		}
		pass(2 * time.Second)
		issuer.Answer(body(strings.Replace(setOf(newKey("b")), "[", "[{},", 1)))
		client.Refresh(t.Context(), old)
		if e := next(); !e.Changed || len(e.Skipped) != 1 {
			t.Errorf("other keys: %+v", e)
		}
	})
}

// The path of a token that is known costs no lock, no clock and no memory.
func TestCurrentDoesNotAllocate(t *testing.T) {
	client := remote(t, jwkstest.New(newKey("a").VerificationKey()), nil)
	current(t, client)
	if n := testing.AllocsPerRun(100, func() { client.Current(t.Context()) }); n != 0 {
		t.Errorf("it allocates %v times", n)
	}
}

func BenchmarkCurrent(b *testing.B) {
	client := must(jwks.New(jwks.Config{
		URL: "https://id.example/jwks", Algorithms: []keys.Algorithm{keys.ES256},
		HTTPClient: &http.Client{Transport: jwkstest.New(newKey("a").VerificationKey())},
	}))
	for b.Loop() {
		if _, err := client.Current(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
