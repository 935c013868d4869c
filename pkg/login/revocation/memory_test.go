package revocation

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// noon is the time of a new logintest.Clock.
var noon = logintest.NewClock().Now()

// All tokens of a subject from before a moment can be revoked.
func TestRevokeSubject(t *testing.T) {
	store := &Memory{Now: logintest.NewClock().Now}
	ctx := t.Context()
	for _, cut := range []time.Time{noon.Add(500 * time.Millisecond), noon.Add(-time.Hour)} { // the later one holds
		if err := store.RevokeSubject(ctx, "us", "ada", cut); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.RevokeSubject(ctx, "us", "grace", noon); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name            string
		issuer, subject string
		issued          time.Time
		want            bool
	}{
		{"long before", "us", "ada", noon.Add(-time.Hour), true},
		{"in the second of the cut", "us", "ada", noon, true},
		{"in the next second", "us", "ada", noon.Add(time.Second), false},
		{"before a cut on the second", "us", "grace", noon.Add(-time.Second), true},
		{"at a cut on the second", "us", "grace", noon, false},
		{"another subject", "us", "alan", noon.Add(-time.Hour), false},
		{"another issuer", "them", "ada", noon.Add(-time.Hour), false},
		{"no time of issue", "us", "ada", time.Time{}, true},
	} {
		got, err := store.Revoked(ctx, &login.Claims{Issuer: tt.issuer, Subject: tt.subject, ID: "1", IssuedAt: tt.issued})
		if err != nil || got != tt.want {
			t.Errorf("%s: %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}

func TestRevokeRefuses(t *testing.T) {
	var store Memory
	if err := store.Revoke(t.Context(), &login.Claims{Subject: "ada"}); err == nil {
		t.Error("a token without jti is revoked")
	}
	if err := store.RevokeSubject(t.Context(), "us", "", noon); err == nil {
		t.Error("nobody's tokens are revoked")
	}
	if revoked, err := store.Revoked(t.Context(), &login.Claims{}); revoked || err != nil {
		t.Errorf("%v, %v", revoked, err)
	}
}

// exp bounds the memory, with any leeway of a verifier.
func TestRevocationsArePruned(t *testing.T) {
	now := logintest.NewClock()
	store := &Memory{Now: now.Now}
	revoke := func(id string, expires time.Time) {
		t.Helper()
		if err := store.Revoke(t.Context(), &login.Claims{ID: id, ExpiresAt: expires}); err != nil {
			t.Fatal(err)
		}
	}
	revoke("for ever", time.Time{})
	for i := range 100_000 {
		revoke(fmt.Sprint(i), now.Now().Add(time.Minute))
		now.Advance(time.Second)
	}
	// Each is good for 360 seconds: a minute and the longest leeway there is.
	if n := len(store.tokens); n > 4*360 {
		t.Errorf("%d revocations are kept, for about 360 that count", n)
	}
	for id, want := range map[string]bool{"for ever": true, "99999": true, "99700": true, "99400": false} {
		if got, _ := store.Revoked(t.Context(), &login.Claims{ID: id}); got != want {
			if id == "99400" { // may still be there, for it is swept in batches
				continue
			}
			t.Errorf("%s: revoked %v, want %v", id, got, want)
		}
	}
}

func TestRevocationsConcurrently(t *testing.T) {
	var store Memory
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 500 {
				c := &login.Claims{ID: fmt.Sprint(i, j), Subject: "ada", ExpiresAt: time.Now().Add(time.Hour)}
				if err := store.Revoke(t.Context(), c); err != nil {
					t.Error(err)
				}
				if err := store.RevokeSubject(t.Context(), "", strings.Repeat("x", j%7+1), noon); err != nil {
					t.Error(err)
				}
				if revoked, err := store.Revoked(t.Context(), c); !revoked || err != nil {
					t.Errorf("revoked %v, %v", revoked, err)
				}
			}
		})
	}
	wg.Wait()
}

// A jti that is revoked again for a shorter time stays revoked for the longer one.
func TestRevokeAgain(t *testing.T) {
	at := logintest.NewClock()
	m := &Memory{Now: at.Now}
	long := &login.Claims{ID: "a", ExpiresAt: noon.Add(24 * time.Hour)}
	for _, c := range []*login.Claims{long, {ID: "a", ExpiresAt: noon.Add(time.Minute)}} {
		if err := m.Revoke(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	at.Advance(time.Hour)
	for i := range 200 { // reason to sweep
		if err := m.Revoke(t.Context(), &login.Claims{ID: strconv.Itoa(i), ExpiresAt: noon.Add(2 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	if revoked, err := m.Revoked(t.Context(), long); !revoked || err != nil {
		t.Errorf("revoked is %v, %v", revoked, err)
	}
}

// The store keeps the promises of login.Revocations.
func TestMemoryIsAStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := func(now func() time.Time) login.Revocations { return &Memory{Now: now} }
		if err := logintest.CheckRevocations(t.Context(), open); err != nil {
			t.Error(err)
		}
	})
}

// around is a store of a service with a Memory in it, and a Revoked of its own.
type around struct{ *Memory }

func (around) Revoked(context.Context, *login.Claims) (bool, error) { return true, nil }

// The Revoked of a type with a Memory in it decides, not that of the Memory.
func TestRevokedOfAStoreAround(t *testing.T) {
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		store login.Revocations
		want  error
	}{
		"the store itself": {new(Memory), nil},
		"a store around":   {around{new(Memory)}, login.ErrRevoked},
		"a pointer to it":  {&around{new(Memory)}, login.ErrRevoked},
	} {
		auth, err := login.New(key, login.ClaimsOnly, login.Config{Revocations: tt.store})
		if err != nil {
			t.Fatal(err)
		}
		token, err := auth.Issue(login.Grant{Subject: "ada"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := auth.Verify(t.Context(), token.Reveal()); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}
