package login

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// A revoked token is refused until it has expired.
func TestRevokedToken(t *testing.T) {
	now := &clock{now: noon}
	store := &MemoryRevocations{Now: now.Now}
	key := testKey(keys.ES256)
	v := newTestVerifier(t, key, Config{Now: now.Now, Revocations: store})
	i := newTestIssuer(t, key, Config{Now: now.Now, Issuer: "us"})
	token, other := must(i.Issue(Grant{Subject: "ada"})), must(i.Issue(Grant{Subject: "ada"}))

	c, err := v.Verify(t.Context(), token.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Revoke(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c, err := v.Verify(t.Context(), token.Reveal())
		if !errors.Is(err, ErrRevoked) || !errors.Is(err, ErrInvalidToken) || c != nil {
			t.Errorf("a revoked token: %v, %v", c, err)
		}
	}
	if report := v.Inspect(t.Context(), token.Reveal()); report.Valid() || len(report.Failures) != 1 || !errors.Is(report.Failures[0], ErrRevoked) {
		t.Errorf("Inspect: %v", report.Failures)
	}
	if _, err := v.Verify(t.Context(), other.Reveal()); err != nil {
		t.Errorf("the other token: %v", err)
	}
	// ECDSA signatures are random: this is another text with the same claims.
	twin := signed(key, `{"alg":"ES256"}`, string(c.JSON()))
	if _, err := v.Verify(t.Context(), twin); !errors.Is(err, ErrRevoked) {
		t.Errorf("another text of the revoked token: %v", err)
	}
	// The same jti of another issuer is another token.
	elsewhere := signedClaims(key, `{"iss":"them","sub":"ada","jti":"`+token.ID()+`","iat":1772366400,"exp":1772367300}`)
	if _, err := v.Verify(t.Context(), elsewhere); err != nil {
		t.Errorf("another issuer's jti: %v", err)
	}
}

// If tokens can be revoked, each needs the claims that revocation is keyed on.
func TestRevocationNeedsClaims(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.HS256), Config{Revocations: &MemoryRevocations{Now: atNoon}})
	runClaims(t, v, []claimsTest{
		{"all there", goodClaims, nil},
		{"no jti", `{"sub":"ada","iat":1772366400,"exp":1772367300}`, nil},
		{"no iat", `{"sub":"ada","jti":"1","exp":1772367300}`, ErrClaims},
		{"empty jti", `{"sub":"ada","jti":"","iat":1772366400,"exp":1772367300}`, ErrClaims},
	})
}

// A store that cannot tell refuses every request, and not with 401.
func TestRevocationStoreFails(t *testing.T) {
	for _, cause := range []error{errors.New("connection refused"), context.DeadlineExceeded, context.Canceled, ErrRevoked, ErrExpired} {
		store := &failing{err: cause}
		v := newTestVerifier(t, testKey(keys.ES256), Config{Revocations: store})
		token := signedClaims(testKey(keys.ES256), goodClaims)
		for range 2 {
			c, err := v.Verify(t.Context(), token)
			if c != nil || !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrInvalidToken) {
				t.Errorf("%v: claims %v, error %v", cause, c, err)
			}
			if !errors.Is(cause, ErrInvalidToken) && !errors.Is(err, cause) {
				t.Errorf("error %v has lost its cause", err)
			}
		}
		store.err = nil
		if _, err := v.Verify(t.Context(), token); err != nil {
			t.Errorf("after the outage: %v", err)
		}
		store.err = cause
		if c, err := v.Verify(t.Context(), token); c != nil || !errors.Is(err, ErrUnavailable) {
			t.Errorf("an outage after the token was remembered: %v, %v", c, err)
		}
	}
}

// The answer of a store after the deadline is ignored: a loop over rows that was cut
// off has found no rows.
func TestRevocationStoreIsCutOff(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.ES256), Config{Revocations: &failing{}})
	token := signedClaims(testKey(keys.ES256), goodClaims)
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, tt := range []struct {
		ctx   context.Context
		store *failing
		want  error
	}{
		{late, &failing{}, context.DeadlineExceeded},
		{late, &failing{err: errors.New("statement canceled")}, context.DeadlineExceeded},
		{gone, &failing{}, context.Canceled},
		{gone, &failing{err: errors.New("statement canceled")}, context.Canceled},
	} {
		*v.revocations.(*failing) = *tt.store
		if c, err := v.Verify(tt.ctx, token); c != nil || !errors.Is(err, ErrUnavailable) || !errors.Is(err, tt.want) {
			t.Errorf("%v: %v, %v", tt.store.err, c, err)
		}
	}
}

// failing is a store that fails with err, and otherwise knows nothing.
type failing struct {
	Revocations
	err error
}

func (f *failing) Revoked(context.Context, *Claims) (bool, error) { return false, f.err }

// All tokens of a subject from before a moment can be revoked.
func TestRevokeSubject(t *testing.T) {
	store := &MemoryRevocations{Now: atNoon}
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
		got, err := store.Revoked(ctx, &Claims{Issuer: tt.issuer, Subject: tt.subject, ID: "1", IssuedAt: tt.issued})
		if err != nil || got != tt.want {
			t.Errorf("%s: %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}

func TestRevokeRefuses(t *testing.T) {
	var store MemoryRevocations
	if err := store.Revoke(t.Context(), &Claims{Subject: "ada"}); err == nil {
		t.Error("a token without jti is revoked")
	}
	if err := store.RevokeSubject(t.Context(), "us", "", noon); err == nil {
		t.Error("nobody's tokens are revoked")
	}
	if revoked, err := store.Revoked(t.Context(), &Claims{}); revoked || err != nil {
		t.Errorf("%v, %v", revoked, err)
	}
}

// exp bounds the memory, with any leeway of a verifier.
func TestRevocationsArePruned(t *testing.T) {
	now := &clock{now: noon}
	store := &MemoryRevocations{Now: now.Now}
	revoke := func(id string, expires time.Time) {
		t.Helper()
		if err := store.Revoke(t.Context(), &Claims{ID: id, ExpiresAt: expires}); err != nil {
			t.Fatal(err)
		}
	}
	revoke("for ever", time.Time{})
	for i := range 100_000 {
		revoke(fmt.Sprint(i), now.Now().Add(time.Minute))
		now.advance(time.Second)
	}
	// Each is good for 360 seconds: a minute and the longest leeway there is.
	if n := len(store.tokens); n > 4*360 {
		t.Errorf("%d revocations are kept, for about 360 that count", n)
	}
	for id, want := range map[string]bool{"for ever": true, "99999": true, "99700": true, "99400": false} {
		if got, _ := store.Revoked(t.Context(), &Claims{ID: id}); got != want {
			if id == "99400" { // may still be there, for it is swept in batches
				continue
			}
			t.Errorf("%s: revoked %v, want %v", id, got, want)
		}
	}
}

func TestRevocationsConcurrently(t *testing.T) {
	var store MemoryRevocations
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 500 {
				c := &Claims{ID: fmt.Sprint(i, j), Subject: "ada", ExpiresAt: time.Now().Add(time.Hour)}
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
	at := &clock{now: noon}
	m := &MemoryRevocations{Now: at.Now}
	long := &Claims{ID: "a", ExpiresAt: noon.Add(24 * time.Hour)}
	for _, c := range []*Claims{long, {ID: "a", ExpiresAt: noon.Add(time.Minute)}} {
		if err := m.Revoke(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	at.advance(time.Hour)
	for i := range 200 { // reason to sweep
		if err := m.Revoke(t.Context(), &Claims{ID: strconv.Itoa(i), ExpiresAt: noon.Add(2 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	if revoked, err := m.Revoked(t.Context(), long); !revoked || err != nil {
		t.Errorf("revoked is %v, %v", revoked, err)
	}
}
