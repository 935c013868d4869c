package login

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// otherStore hides that a store is the memory's, which is asked in a shorter way.
type otherStore struct{ *memoryStore }

// RevokeSubject reaches the tokens of an issuer whose clock is ahead within Leeway.
func TestRevokeSubjectOfAnIssuerAhead(t *testing.T) {
	key := testKey(keys.RS256)
	for name, open := range map[string]func(*memoryStore) Revocations{
		"memory":        func(m *memoryStore) Revocations { return m },
		"another store": func(m *memoryStore) Revocations { return otherStore{m} },
	} {
		store := open(&memoryStore{Now: atNoon})
		config := Config{Now: atNoon, Revocations: store, Issuer: "https://id.example", AlsoIssuers: []string{"id.example"}, Leeway: 5 * time.Minute}
		m, err := New(key.VerificationKey(), ClaimsOnly, config)
		if err != nil {
			t.Fatal(err)
		}
		token := func(issuer, subject string, issued time.Time) string {
			return signedClaims(key, fmt.Sprintf(`{"iss":%q,"sub":%q,"iat":%d,"exp":%d}`, issuer, subject, issued.Unix(), noon.Unix()+900))
		}
		ahead := noon.Add(5*time.Minute - time.Second)
		tokens := map[string]bool{ // whether they are revoked
			token("https://id.example", "ada", noon.Add(-time.Hour)):   true,
			token("https://id.example", "ada", noon):                   true,
			token("https://id.example", "ada", ahead):                  true,
			token("id.example", "ada", ahead):                          true,
			token("https://id.example", "bob", noon):                   false,
			token("https://id.example", "ada", ahead.Add(time.Second)): false,
		}
		for range 2 { // verified, then remembered
			for text := range tokens {
				if _, err := m.Verify(t.Context(), text); err != nil {
					t.Errorf("%s: before: %v", name, err)
				}
			}
		}
		if err := m.RevokeSubject(t.Context(), "ada", noon); err != nil {
			t.Fatal(err)
		}
		for text, revoked := range tokens {
			if c, err := m.Verify(t.Context(), text); errors.Is(err, ErrRevoked) != revoked {
				t.Errorf("%s: %+v: %v", name, c, err)
			}
		}
	}
}

// RevokeSubject says when it could reach nothing.
func TestRevokeSubjectRefuses(t *testing.T) {
	key := testKey(keys.RS256)
	manager := func(source keys.Source, c Config) *Manager[*Claims] {
		c.Now = atNoon
		return must(New(source, ClaimsOnly, c))
	}
	store := &memoryStore{Now: atNoon}
	down := halfStore{store}
	for _, tt := range []struct {
		name    string
		manager *Manager[*Claims]
		subject string
		want    string // "" for no error
	}{
		{"a manager that signs", manager(key, Config{Revocations: store}), "ada", ""},
		{"keys that verify, with the issuer", manager(key.VerificationKey(), Config{Revocations: store, Issuer: "i"}), "ada", ""},
		{"keys that verify, without it", manager(key.VerificationKey(), Config{Revocations: store}), "ada", "set Config.Issuer"},
		{"no store", manager(key, Config{}), "ada", "set Config.Revocations"},
		{"no subject", manager(key, Config{Revocations: store}), "", "the subject is empty"},
		{"a store that is down", manager(key, Config{Revocations: down}), "ada", "service unavailable"},
		{"no manager", nil, "ada", "not made by login.New"},
	} {
		err := tt.manager.RevokeSubject(t.Context(), tt.subject, noon)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// halfStore cannot revoke all of a subject.
type halfStore struct{ *memoryStore }

func (halfStore) RevokeSubject(context.Context, string, string, time.Time) error {
	return errors.New("connection refused")
}

// A token that is not valid yet would be good after the logout.
func TestLogoutOfAnEarlyToken(t *testing.T) {
	now := noon
	store := &memoryStore{Now: func() time.Time { return now }}
	m := newManager(t, func(c *Config) { c.Revocations, c.Now, c.Audience = store, store.Now, "api" })
	key := testKey(keys.HS256)
	claims := func(format string) string {
		return signedClaims(key, fmt.Sprintf(`{"sub":"ada@example.com","aud":"api","jti":"%x",`, format)+
			fmt.Sprintf(format, noon.Unix()+300, noon.Unix()+900)+`}`)
	}
	early := map[string]string{
		"nbf":         claims(`"iat":1772366400,"nbf":%d,"exp":%d`),
		"iat":         claims(`"iat":%d,"exp":%d`),
		"nbf and iat": claims(`"iat":%[1]d,"nbf":%[1]d,"exp":%[2]d`),
	}
	for name, token := range early {
		if _, err := m.Verify(t.Context(), token); !errors.Is(err, ErrNotYetValid) {
			t.Errorf("%s: %v", name, err)
		}
		if err := m.Logout(httptest.NewRecorder(), request("POST", "/", "Authorization", "Bearer "+token)); err != nil {
			t.Errorf("%s: Logout: %v", name, err)
		}
	}
	// A token with another failure too is not one that could be used later.
	bad := signedClaims(key, fmt.Sprintf(`{"sub":"ada@example.com","aud":"web","jti":"z","iat":1772366400,"nbf":%d,"exp":%d}`, noon.Unix()+300, noon.Unix()+900))
	if err := m.Logout(httptest.NewRecorder(), request("POST", "/", "Authorization", "Bearer "+bad)); err != nil {
		t.Errorf("a token of another audience: %v", err)
	}
	if revoked, _ := store.Revoked(t.Context(), &Claims{ID: "z"}); revoked {
		t.Error("the token of another audience was revoked")
	}
	now = noon.Add(10 * time.Minute)
	for name, token := range early {
		if _, err := m.Verify(t.Context(), token); !errors.Is(err, ErrRevoked) {
			t.Errorf("%s, later: %v", name, err)
		}
	}
}

// A token that becomes valid during the logout is revoked too.
func TestLogoutWhileATokenBecomesValid(t *testing.T) {
	asked := 0
	now := func() time.Time { asked++; return noon.Add(time.Duration(asked) * time.Second) }
	store := new(memoryStore)
	m := newManager(t, func(c *Config) { c.Revocations, c.Now = store, now })
	token := signedClaims(testKey(keys.HS256), fmt.Sprintf(`{"sub":"ada@example.com","jti":"1","iat":1772366400,"nbf":%d,"exp":1772367300}`, noon.Unix()+2))
	if err := m.Logout(httptest.NewRecorder(), request("POST", "/", "Authorization", "Bearer "+token)); err != nil {
		t.Error(err)
	}
	if revoked, _ := store.Revoked(t.Context(), &Claims{ID: "1"}); !revoked {
		t.Error("the token is not revoked")
	}
}

// A store remembers through the leeway of any verifier.
func TestRememberUntil(t *testing.T) {
	if got := (&Claims{ExpiresAt: noon}).RememberUntil(); !got.Equal(noon.Add(5 * time.Minute)) {
		t.Errorf("got %v", got)
	}
	if got := new(Claims).RememberUntil(); !got.IsZero() {
		t.Errorf("without exp: %v", got)
	}
}

// A store sees dates that are earlier by Leeway, and all by the same.
func TestStoreSeesLeeway(t *testing.T) {
	var seen Claims
	store := &watching{seen: &seen}
	m := newManager(t, func(c *Config) { c.Revocations, c.Leeway = store, time.Minute })
	c, err := m.Verify(t.Context(), issue(t, m, "ada@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	if c.IssuedAt.Sub(seen.IssuedAt) != time.Minute || c.ExpiresAt.Sub(seen.ExpiresAt) != time.Minute || !seen.NotBefore.IsZero() {
		t.Errorf("the store saw %v and %v of %v and %v", seen.IssuedAt, seen.ExpiresAt, c.IssuedAt, c.ExpiresAt)
	}
}

type watching struct {
	memoryStore
	seen *Claims
}

func (w *watching) Revoked(_ context.Context, c *Claims) (bool, error) {
	*w.seen = *c
	return false, nil
}

func TestNilReport(t *testing.T) {
	if (*Report)(nil).Valid() {
		t.Error("a nil report is valid")
	}
}
