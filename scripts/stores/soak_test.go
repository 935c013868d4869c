package stores

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/session"
)

// Soaks run managers of replicas while their server is killed and started again at
// random. STORES_SOAK is how long, such as 10m; without it, they are short.

func TestPostgresSoak(t *testing.T) {
	soak(t, openPostgres(t, "PostgreSQL", "&connect_timeout=2"), 2)
}
func TestRedisSoak(t *testing.T) { soak(t, openRedis(t), 1) }

// soaking counts what happened.
type soaking struct {
	replicas                                   []*session.Manager[*login.Claims]
	logins, refreshes, ends, outages, verified atomic.Int64
	wrong                                      atomic.Int64
}

func soak(t *testing.T, e *engine, replicas int) {
	duration := 8 * time.Second
	if text := os.Getenv("STORES_SOAK"); text != "" {
		var err error
		if duration, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var background sync.WaitGroup
	defer background.Wait()
	defer stop()
	s := &soaking{}
	for range replicas {
		store, err := e.open()
		if err != nil {
			t.Fatal(err)
		}
		feed, err := session.NewFeed(store, session.FeedConfig{Every: every, Stale: soakStale})
		if err != nil {
			t.Fatal(err)
		}
		m, err := session.New(key, login.ClaimsOnly, login.Config{Issuer: "https://id.example.com"}, session.Config[*login.Claims]{Store: store, Feed: feed})
		if err != nil {
			t.Fatal(err)
		}
		background.Go(func() { feed.Run(ctx, nil) })
		s.replicas = append(s.replicas, m)
	}
	end := time.Now().Add(duration)
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() {
			for time.Now().Before(end) {
				s.life(t, ctx, end)
			}
		})
	}
	kills := 0
	for time.Until(end) > 4*time.Second {
		time.Sleep(time.Duration(1000+rand.IntN(2000)) * time.Millisecond)
		servers(t, "kill", e.server)
		time.Sleep(time.Duration(rand.IntN(1500)) * time.Millisecond)
		servers(t, "start", e.server)
		kills++
	}
	clients.Wait()
	t.Logf("%s: %d replicas, %v, %d kills; %d logins, %d refreshes, %d ends, %d verified, %d outages, %d wrong",
		e.name, replicas, duration, kills, s.logins.Load(), s.refreshes.Load(), s.ends.Load(), s.verified.Load(), s.outages.Load(), s.wrong.Load())
	if kills == 0 || s.ends.Load() == 0 || s.outages.Load() == 0 {
		t.Error("the server was not killed under load: nothing was shown")
	}
}

const soakStale = 3 * time.Second

// replica returns one at random, as a load balancer does.
func (s *soaking) replica() *session.Manager[*login.Claims] {
	return s.replicas[rand.IntN(len(s.replicas))]
}

// try repeats a call until it is not an outage. A client does the same after 503.
func (s *soaking) try(call func() error) error {
	for {
		err := call()
		if !errors.Is(err, login.ErrUnavailable) {
			return err
		}
		s.outages.Add(1)
		time.Sleep(50 * time.Millisecond)
	}
}

// life is one session: a login, some refreshes at any replica, and an end.
func (s *soaking) life(t *testing.T, ctx context.Context, until time.Time) {
	bad := func(format string, args ...any) {
		s.wrong.Add(1)
		t.Errorf(format, args...)
	}
	var pair session.Pair
	err := s.try(func() (err error) {
		pair, err = s.replica().Open(ctx, login.Grant{Subject: "ada"}, session.Device{Label: "soak", Remember: true})
		return err
	})
	if err != nil {
		bad("a login: %v", err)
		return
	}
	s.logins.Add(1)
	for range 1 + rand.IntN(20) {
		if time.Now().After(until) {
			return
		}
		token := pair.Refresh.Reveal()
		err := s.try(func() (err error) {
			pair, err = s.replica().Refresh(ctx, token)
			return err
		})
		if err != nil {
			bad("a refresh of a session that nobody ended: %v", err)
			return
		}
		s.refreshes.Add(1)
		if err := s.try(func() error { return s.verify(ctx, pair) }); err != nil {
			bad("an access token of a live session: %v", err)
			return
		}
		s.verified.Add(1)
	}
	if err := s.try(func() error { return s.replica().End(ctx, "ada", pair.Session.ID) }); err != nil {
		bad("an end: %v", err)
		return
	}
	s.ends.Add(1)
	s.checkEnded(ctx, pair, bad)
}

func (s *soaking) verify(ctx context.Context, pair session.Pair) error {
	_, err := s.replica().Verify(ctx, pair.Access.Reveal())
	return err
}

// checkEnded checks that no replica accepts a session once its end was confirmed: its
// refresh token at once, and its access token after Stale.
func (s *soaking) checkEnded(ctx context.Context, pair session.Pair, bad func(string, ...any)) {
	confirmed := time.Now()
	err := s.try(func() error {
		_, err := s.replica().Refresh(ctx, pair.Refresh.Reveal())
		return err
	})
	if !errors.Is(err, login.ErrInvalidToken) {
		bad("a session that was ended is refreshed: %v", err)
	}
	for _, replica := range s.replicas {
		for {
			_, err := replica.Verify(ctx, pair.Access.Reveal())
			if errors.Is(err, login.ErrInvalidToken) {
				break
			}
			if err == nil && time.Since(confirmed) > soakStale+time.Second {
				bad("an access token is accepted %v after the end of its session", time.Since(confirmed).Round(time.Millisecond))
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}
