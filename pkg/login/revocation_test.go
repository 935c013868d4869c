package login

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/revoked"
)

// A revoked token is refused until it has expired.
func TestRevokedToken(t *testing.T) {
	now := &clock{now: noon}
	store := &memoryStore{Now: now.Now}
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
	v := newTestVerifier(t, testKey(keys.HS256), Config{Revocations: &memoryStore{Now: atNoon}})
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

// memoryStore is a store like that of package revocation, which imports this one.
type memoryStore struct {
	Now      func() time.Time
	mu       sync.Mutex
	tokens   map[[2]string]bool
	subjects map[[2]string]time.Time
}

func (m *memoryStore) Revoked(_ context.Context, c *Claims) (bool, error) {
	found, _, err := m.Lookup(context.Background(), revoked.Query{Store: m, Issuer: c.Issuer, ID: c.ID, Subject: c.Subject, IssuedAt: c.IssuedAt})
	return found, err
}

func (m *memoryStore) Lookup(_ context.Context, q revoked.Query) (found, own bool, err error) {
	if q.Store != any(m) {
		return false, false, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	cut, ok := m.subjects[[2]string{q.Issuer, q.Subject}]
	return m.tokens[[2]string{q.Issuer, q.ID}] || ok && q.IssuedAt.Before(cut), true, nil
}

func (m *memoryStore) Revoke(_ context.Context, c *Claims) error {
	if c.ID == "" {
		return errors.New("a token without jti")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tokens == nil {
		m.tokens = map[[2]string]bool{}
	}
	m.tokens[[2]string{c.Issuer, c.ID}] = true
	return nil
}

func (m *memoryStore) RevokeSubject(_ context.Context, issuer, subject string, t time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.subjects == nil {
		m.subjects = map[[2]string]time.Time{}
	}
	m.subjects[[2]string{issuer, subject}] = t
	return nil
}
