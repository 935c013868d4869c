package session_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/revoked"
	"github.com/loginctl/loginctl/pkg/login/session"
)

// What a feed adds to a request: a lookup in memory, and no allocation. To compare:
//
//	go test -run '^$' -bench 'Check|Guard' -count 10 ./pkg/login/session

// fullFeed returns a feed with n entries, half of them tokens and half sessions.
func fullFeed(t testing.TB, n int) *session.Feed {
	t.Helper()
	feed, err := session.NewFeed(new(session.Memory), session.FeedConfig{Every: time.Hour, Stale: 2 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(time.Hour)
	list := make([]session.Revocation, n)
	for i := range list {
		list[i] = session.Revocation{Kind: session.RevokedSession, ID: fmt.Sprintf("%022d", i), Until: until}
		if i%2 == 0 {
			list[i].Kind, list[i].Issuer = session.RevokedToken, "https://id.example.com"
		}
	}
	feed.Add(list...)
	if err := feed.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	return feed
}

// guarded returns a guarded handler, with a feed or without, and a request that it admits.
func guarded(t testing.TB, alg keys.Algorithm, feed *session.Feed) (http.Handler, *http.Request) {
	t.Helper()
	key, err := keys.Generate(alg)
	if err != nil {
		t.Fatal(err)
	}
	config := login.Config{Issuer: "https://id.example.com"}
	if feed != nil {
		config.Revocations = feed
	}
	m, err := login.New(key, login.ClaimsOnly, config)
	if err != nil {
		t.Fatal(err)
	}
	token, err := m.Issue(login.Grant{Subject: "ada", Scopes: []string{"read"}, SessionID: "V1StGXR8Z5jdHi6BmyTZ1A"})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+token.Reveal())
	h := m.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusNoContent {
		t.Fatalf("a good token is answered %d", w.Code)
	}
	return h, r
}

// answerless is a response that costs nothing.
type answerless http.Header

func (a answerless) Header() http.Header         { return http.Header(a) }
func (a answerless) Write(b []byte) (int, error) { return len(b), nil }
func (a answerless) WriteHeader(int)             {}

func TestFeedAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes allocations of its own")
	}
	feed := fullFeed(t, 1000)
	q := query(feed)
	if n := testing.AllocsPerRun(200, func() { feed.Lookup(context.Background(), q) }); n > 0 {
		t.Errorf("a check has %v allocations, want 0", n)
	}
	requests := func(feed *session.Feed) float64 {
		h, r := guarded(t, keys.ES256, feed)
		w := answerless{}
		return testing.AllocsPerRun(200, func() { h.ServeHTTP(w, r); delete(w, "Vary") })
	}
	if without, with := requests(nil), requests(feed); with > without {
		t.Errorf("a request has %v allocations with a feed, and %v without one", with, without)
	}
}

func query(feed *session.Feed) revoked.Query {
	now := time.Now()
	return revoked.Query{
		Store: feed, Issuer: "https://id.example.com", ID: "Kq0w2vXJm1yq3o0u8Zr5Tg", Subject: "ada",
		SessionID: "V1StGXR8Z5jdHi6BmyTZ1A", IssuedAt: now, ExpiresAt: now.Add(15 * time.Minute),
	}
}

// own is a store of a service with a feed in it, and a Revoked of its own.
type own struct{ *session.Feed }

func (own) Revoked(context.Context, *login.Claims) (bool, error) { return true, nil }

// The Revoked of a store around a feed decides, though the Lookup of the feed is there.
func TestStoreAroundAFeed(t *testing.T) {
	feed := fullFeed(t, 0)
	key, _ := keys.Generate(keys.HS256)
	for name, store := range map[string]login.Revocations{"a value": own{feed}, "a pointer": &own{feed}} {
		m, err := login.New(key, login.ClaimsOnly, login.Config{Revocations: store})
		if err != nil {
			t.Fatal(err)
		}
		token, err := m.Issue(login.Grant{Subject: "ada"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Verify(t.Context(), token.Reveal()); login.Reason(err) != "revoked" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkCheck is a check of the feed beside bare verification of HS256.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{0, 1000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			feed := fullFeed(b, n)
			q := query(feed)
			b.ReportAllocs()
			for b.Loop() {
				if found, _, err := feed.Lookup(b.Context(), q); found || err != nil {
					b.Fatal(found, err)
				}
			}
		})
	}
	b.Run("HS256", func(b *testing.B) {
		key, err := keys.Generate(keys.HS256)
		if err != nil {
			b.Fatal(err)
		}
		m, err := login.New(key, login.ClaimsOnly, login.Config{})
		if err != nil {
			b.Fatal(err)
		}
		token, err := m.Issue(login.Grant{Subject: "ada", Scopes: []string{"read"}})
		if err != nil {
			b.Fatal(err)
		}
		text := token.Reveal()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.Verify(b.Context(), text); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkGuard is a request whose ES256 token is cached.
func BenchmarkGuard(b *testing.B) {
	feed := fullFeed(b, 1000)
	for _, of := range []struct {
		name string
		feed *session.Feed
	}{{"without", nil}, {"feed", feed}} {
		b.Run(of.name, func(b *testing.B) {
			h, r := guarded(b, keys.ES256, of.feed)
			w := answerless{}
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(w, r)
				delete(w, "Vary")
			}
		})
	}
}
