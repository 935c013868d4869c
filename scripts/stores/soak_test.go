package stores

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Soaks run clients against server processes while the database behind these is killed
// and started again at random. STORES_SOAK is how long, such as 10m; without it, they are
// short.

func TestPostgresSoak(t *testing.T) { soak(t, openPostgres(t, "PostgreSQL", ""), 2) }
func TestRedisSoak(t *testing.T)    { soak(t, openRedis(t), 1) }

// soaking counts what happened.
type soaking struct {
	replicas                                   []string // their addresses
	client                                     *http.Client
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
	s := &soaking{client: &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: soakClients},
	}}
	for range replicas {
		s.replicas = append(s.replicas, startServer(t, e.server, key))
	}
	end := time.Now().Add(duration)
	var clients sync.WaitGroup
	for range soakClients {
		clients.Go(func() {
			for time.Now().Before(end) {
				s.life(t, end)
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
	t.Logf("%s: %d server processes, %v, %d kills; %d logins, %d refreshes, %d ends, %d verified, %d outages, %d wrong; load %s",
		e.name, replicas, duration, kills, s.logins.Load(), s.refreshes.Load(), s.ends.Load(), s.verified.Load(), s.outages.Load(), s.wrong.Load(), load())
	if kills == 0 || s.ends.Load() == 0 || s.outages.Load() == 0 {
		t.Error("the database was not killed under load: nothing was shown")
	}
}

const (
	soakClients = 16
	soakStale   = 3 * time.Second
)

// tokens is the answer of the token endpoint.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// session returns the sid of the access token.
func (p *tokens) session() string {
	var claims struct {
		SessionID string `json:"sid"`
	}
	parts := strings.Split(p.Access, ".")
	if len(parts) != 3 {
		return ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	return claims.SessionID
}

// replica returns the address of one at random, as a load balancer does.
func (s *soaking) replica() string { return s.replicas[rand.IntN(len(s.replicas))] }

// send sends a request once, and reads tokens in the answer.
func (s *soaking) send(method, address, access string, form url.Values) (status int, answer tokens, err error) {
	r, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, answer, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	w, err := s.client.Do(r)
	if err != nil {
		return 0, answer, err
	}
	defer func() { _ = w.Body.Close() }()
	body, err := io.ReadAll(w.Body)
	if err == nil && w.StatusCode == http.StatusOK && strings.Contains(w.Header.Get("Content-Type"), "json") {
		err = json.Unmarshal(body, &answer)
	}
	return w.StatusCode, answer, err
}

// try repeats a request at any replica until the answer is not 503.
func (s *soaking) try(method, path, access string, form url.Values) (status int, answer tokens, err error) {
	for {
		status, answer, err = s.send(method, s.replica()+path, access, form)
		if err != nil || status != http.StatusServiceUnavailable {
			return status, answer, err
		}
		s.outages.Add(1)
		time.Sleep(50 * time.Millisecond)
	}
}

// life is one session: a login, some refreshes at any replica, and an end.
func (s *soaking) life(t *testing.T, until time.Time) {
	bad := func(doing string, status int, err error) {
		s.wrong.Add(1)
		t.Errorf("%s is answered %d, %v", doing, status, err)
	}
	subject := newPrefix()
	login := url.Values{"username": {subject}, "password": {soakPassword}, "remember": {"true"}}
	status, pair, err := s.try("POST", "/token", "", login)
	if status != http.StatusOK || err != nil {
		bad("a login", status, err)
		return
	}
	s.logins.Add(1)
	for range 1 + rand.IntN(20) {
		if time.Now().After(until) {
			return
		}
		if status, pair, err = s.try("POST", "/token", "", refreshForm(pair)); status != http.StatusOK || err != nil {
			bad("a refresh of a session that nobody ended", status, err)
			return
		}
		s.refreshes.Add(1)
		if status, _, err := s.try("GET", "/", pair.Access, nil); status != http.StatusNoContent || err != nil {
			bad("an access token of a live session", status, err)
			return
		}
		s.verified.Add(1)
	}
	if status, _, err = s.try("POST", "/end", "", url.Values{"subject": {subject}, "id": {pair.session()}}); status != http.StatusNoContent || err != nil {
		bad("an end", status, err)
		return
	}
	s.ends.Add(1)
	s.checkEnded(pair, bad)
}

func refreshForm(pair tokens) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {pair.Refresh}}
}

// checkEnded checks that no replica accepts a session once its end was confirmed: its
// refresh token at once, and its access token after Stale.
func (s *soaking) checkEnded(pair tokens, bad func(string, int, error)) {
	confirmed := time.Now()
	if status, _, err := s.try("POST", "/token", "", refreshForm(pair)); status != http.StatusBadRequest || err != nil {
		bad("a refresh of a session that was ended", status, err)
	}
	for _, replica := range s.replicas {
		for {
			asked := time.Now()
			status, _, err := s.send("GET", replica+"/", pair.Access, nil)
			if status == http.StatusUnauthorized {
				break
			}
			// The question may have been answered a while before the answer was read.
			if after := asked.Sub(confirmed); err != nil || status == http.StatusNoContent && after > soakStale+time.Second {
				bad(fmt.Sprintf("an access token %v after the end of its session", after.Round(time.Millisecond)), status, err)
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}
