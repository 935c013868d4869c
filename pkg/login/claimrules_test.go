package login

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Subjects and scopes may be in other claims, found by name or by path.
func TestClaimsByPath(t *testing.T) {
	claims := `{"sub":"other","exp":1772367300,"iat":1772366400,"email":"ada@x","uid":42,"float":1.5,"none":null,` +
		`"roles":["a","b"],"realm_access":{"roles":["c"]},"permissions":"d e","https://x.example/roles":["f"],"scope":"s"}`
	for _, tt := range []struct {
		name, subject string
		scopes        []string
		wantSubject   string
		wantScopes    []string
		err           error
	}{
		{"a string", "email", nil, "ada@x", []string{"s"}, nil},
		{"an integer", "uid", nil, "42", []string{"s"}, nil},
		{"a number that is not whole", "float", nil, "", nil, ErrClaims},
		{"null", "none", nil, "", nil, ErrClaims},
		{"absent", "oid", nil, "", nil, ErrClaims},
		{"scopes beside scope", "email", []string{"roles", "realm_access.roles", "permissions"}, "ada@x", []string{"s", "a", "b", "c", "d", "e"}, nil},
		{"a name with dots", "email", []string{"https://x.example/roles"}, "ada@x", []string{"s", "f"}, nil},
		{"a path that leads nowhere", "email", []string{"roles.x", "realm_access.roles.x", "x.", "."}, "ada@x", []string{"s"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := newVerifier(testKey(keys.HS256), Config{Now: atNoon, SubjectClaim: tt.subject, ScopeClaims: tt.scopes}, true)
			if err != nil {
				t.Fatal(err)
			}
			c, err := v.Verify(t.Context(), signedClaims(testKey(keys.HS256), claims))
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if tt.err == nil && (c.Subject != tt.wantSubject || !slices.Equal(c.Scopes, tt.wantScopes)) {
				t.Errorf("%q %q, want %q %q", c.Subject, c.Scopes, tt.wantSubject, tt.wantScopes)
			}
			var claim *ClaimError
			if tt.err != nil && (!errors.As(err, &claim) || claim.Claim != tt.subject) {
				t.Errorf("%v does not name the claim", err)
			}
		})
	}
}

// A configuration asks for more than RFC 7519 does, or for less by an explicit setting.
func TestClaimRules(t *testing.T) {
	at := func(text string) string { return `{"sub":"ada",` + text + `}` }
	for _, group := range []struct {
		name   string
		config Config
		tests  []claimsTest
	}{
		{"required claims", Config{RequiredClaims: []string{"azp", "a.b"}}, []claimsTest{
			{"all there", at(`"exp":1772367300,"azp":"x","a":{"b":false}`), nil},
			{"one missing", at(`"exp":1772367300,"azp":"x","a":{}`), ErrClaims},
			{"one null", at(`"exp":1772367300,"azp":null,"a":{"b":1}`), ErrClaims},
		}},
		{"the age", Config{MaxAge: time.Minute}, []claimsTest{
			{"a minute", at(`"exp":1772367300,"iat":1772366340`), nil},
			{"a second more", at(`"exp":1772367300,"iat":1772366339`), ErrExpired},
			{"no iat", at(`"exp":1772367300`), ErrClaims},
		}},
		{"the lifetime", Config{MaxLifetime: time.Hour}, []claimsTest{
			{"an hour", at(`"iat":1772366400,"exp":1772370000`), nil},
			{"a second more", at(`"iat":1772366400,"exp":1772370001`), ErrClaims},
			{"no iat", at(`"exp":1772367300`), ErrClaims},
		}},
		{"the lifetime of a token that may have none", Config{MaxLifetime: time.Hour, AllowNoExpiry: true}, []claimsTest{
			{"no exp", at(`"iat":1772366400`), ErrClaims},
		}},
		{"no expiry", Config{AllowNoExpiry: true}, []claimsTest{
			{"no exp", at(`"iat":1772366400`), nil},
			{"an exp counts", at(`"exp":1772366400`), ErrExpired},
			{"a null exp", at(`"exp":null`), ErrClaims},
			{"exp in milliseconds", at(`"exp":1772367300000`), ErrClaims},
		}},
		{"spellings of an issuer", Config{Issuer: "https://accounts.example", AlsoIssuers: []string{"accounts.example"}}, []claimsTest{
			{"the one", at(`"exp":1772367300,"iss":"https://accounts.example"`), nil},
			{"the other", at(`"exp":1772367300,"iss":"accounts.example"`), nil},
			{"a third", at(`"exp":1772367300,"iss":"accounts.example/"`), ErrIssuer},
			{"no issuer", at(`"exp":1772367300`), ErrIssuer},
		}},
	} {
		t.Run(group.name, func(t *testing.T) {
			runClaims(t, newTestVerifier(t, testKey(keys.HS256), group.config), group.tests)
		})
	}
}

// Failures of rules are reported beside those of registered claims.
func TestClaimRulesAreReportedTogether(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.HS256), Config{RequiredClaims: []string{"azp"}, Issuer: "us"})
	r := v.Inspect(t.Context(), signedClaims(testKey(keys.HS256), `{"sub":"ada","exp":1}`))
	if len(r.Failures) != 3 || !errors.Is(r.Failures[0], ErrExpired) || !errors.Is(r.Failures[1], ErrIssuer) || !errors.Is(r.Failures[2], ErrClaims) {
		t.Errorf("failures %v", r.Failures)
	}
}

// Config.Check decides after the claims, on every use, and its error has a status.
// Config.Check decides last, and about a remembered token too.
func TestCheck(t *testing.T) {
	for _, size := range []int{-1, 16} { // not remembered, remembered
		testCheck(t, size)
	}
}

func testCheck(t *testing.T, size int) {
	var answer error
	calls := 0
	m := newManager(t, func(c *Config) {
		c.CacheSize = size
		c.Check = func(_ context.Context, claims *Claims) error {
			calls++
			claims.Subject = "changed" // the copy is the function's
			return answer
		}
	})
	token := issue(t, m, "ada@example.com")
	for _, tt := range []struct {
		err    error
		status int
	}{
		{nil, 200},
		{ErrClaims, 401},
		{&ClaimError{Claim: "tid", Err: ErrIssuer}, 401},
		{&ScopeError{Required: []string{"x"}}, 403},
		{ErrForbidden, 403},
		{ErrUnavailable, 503},
		{context.DeadlineExceeded, 503},
		{errors.New("a fault"), 500},
		{nil, 200},
	} {
		answer = tt.err
		before := calls
		if got := serve(m.Require()(answersOK), request("GET", "/", "Authorization", "Bearer "+token)).Code; got != tt.status {
			t.Errorf("%v is answered %d, want %d", tt.err, got, tt.status)
		}
		if calls != before+1 {
			t.Errorf("%v: %d calls for one request", tt.err, calls-before)
		}
	}
	if r := m.verifier.Inspect(t.Context(), token); !r.Valid() {
		t.Errorf("Inspect: %v", r.Failures)
	}
	answer = ErrClaims
	if r := m.verifier.Inspect(t.Context(), token); r.Valid() {
		t.Error("Inspect does not ask Check")
	}
}

func TestClaimSettingsThatAreRefused(t *testing.T) {
	for _, c := range []Config{
		{AlsoIssuers: []string{"x"}},
		{Issuer: "x", AlsoIssuers: []string{""}},
		{ScopeClaims: []string{""}},
		{RequiredClaims: []string{""}},
		{MaxAge: -1},
		{MaxLifetime: -1},
		{Algorithms: []keys.Algorithm{}},
	} {
		if _, err := NewVerifier(testKey(keys.HS256), c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}

// A key without alg stands for all algorithms of its kind, or those of Config.Algorithms.
func TestAlgorithmsThatAreAllowed(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.HS256), Config{Algorithms: []keys.Algorithm{keys.RS256}})
	if _, err := v.Verify(t.Context(), signedClaims(testKey(keys.HS256), goodClaims)); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("an algorithm that is not listed: %v", err)
	}
	v = newTestVerifier(t, testKey(keys.EdDSA), Config{Algorithms: []keys.Algorithm{keys.EdDSA}})
	if _, err := v.Verify(t.Context(), signed(testKey(keys.EdDSA), `{"alg":"Ed25519"}`, goodClaims)); err != nil {
		t.Errorf("Ed25519, the name of RFC 9864: %v", err)
	}
}

// A service whose keys are gone, or not there yet, answers 503: nobody is refused as
// a stranger, and nobody let in as one.
func TestNoKeysIsAnOutage(t *testing.T) {
	set := new(keys.Set)
	m, err := New(set, loadMember, Config{Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	token := signedClaims(testKey(keys.RS256), `{"sub":"ada@example.com","exp":1772367300}`)
	for name, h := range map[string]http.Handler{"Require": m.Require()(answersOK), "Optional": m.Optional(answersOK)} {
		if got := serve(h, request("GET", "/", "Authorization", "Bearer "+token)).Code; got != 503 {
			t.Errorf("%s without keys answers %d", name, got)
		}
	}
	if err := set.Publish(testKey(keys.RS256).VerificationKey()); err != nil {
		t.Fatal(err)
	}
	if got := serve(m.Require()(answersOK), request("GET", "/", "Authorization", "Bearer "+token)).Code; got != 200 {
		t.Errorf("with the key: %d", got)
	}
}

var answersOK = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
