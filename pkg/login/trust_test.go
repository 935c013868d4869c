package login_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/revocation"
)

// trusted is an issuer of a test: a key with a kid that others have too.
func trustedKey(t *testing.T) *keys.SigningKey {
	t.Helper()
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	if key, err = key.WithID("same"); err != nil {
		t.Fatal(err)
	}
	return key
}

func mustVerifier(t *testing.T, source keys.Source, config login.Config, others ...*login.Verifier) *login.Verifier {
	t.Helper()
	v, err := login.NewVerifier(source, config, others...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// tokenOf signs a token as an issuer; claims are added to it.
func tokenOf(t *testing.T, key *keys.SigningKey, issuer, subject string, claims map[string]any, audience ...string) string {
	t.Helper()
	i, err := login.NewIssuer(key, login.Config{Issuer: issuer})
	if err != nil {
		t.Fatal(err)
	}
	token, err := i.Issue(login.Grant{Subject: subject, Audience: audience, Custom: claims})
	if err != nil {
		t.Fatal(err)
	}
	return token.Reveal()
}

func prefixed(prefix string) func(*login.Claims) (string, error) {
	return func(c *login.Claims) (string, error) { return prefix + c.Subject, nil }
}

// Two issuers with the same kid and the same sub are kept apart: neither signs for the
// other, and their users are two people.
func TestTwoIssuersAreKeptApart(t *testing.T) {
	own, other := trustedKey(t), trustedKey(t)
	source, err := jwks.New(jwks.Config{
		Issuer: jwkstest.New(other.VerificationKey()).Start(t), Algorithms: []keys.Algorithm{keys.EdDSA}})
	if err != nil {
		t.Fatal(err)
	}
	further := mustVerifier(t, source, login.Config{Issuer: "https://other.example", Audience: "their-name-of-us", SubjectOf: prefixed("other:")})
	revoked := new(revocation.Memory)
	m, err := login.New(own, login.ClaimsOnly, login.Config{Issuer: "https://own.example", Revocations: revoked}, further)
	if err != nil {
		t.Fatal(err)
	}
	ours := tokenOf(t, own, "https://own.example", "ada", nil)
	theirs := tokenOf(t, other, "https://other.example", "ada", nil, "their-name-of-us")
	for _, test := range []struct {
		name, token, subject string
		err                  error
	}{
		{"own", ours, "ada", nil},
		{"the other", theirs, "other:ada", nil},
		{"own, signed by the other", tokenOf(t, other, "https://own.example", "ada", nil), "", login.ErrSignature},
		{"the other, signed by us", tokenOf(t, own, "https://other.example", "ada", nil, "their-name-of-us"), "", login.ErrSignature},
		{"the other, for another audience", tokenOf(t, other, "https://other.example", "ada", nil, "api"), "", login.ErrAudience},
		{"own, with the audience of the other", tokenOf(t, own, "https://own.example", "ada", nil, "their-name-of-us"), "", login.ErrAudience},
		{"an issuer that is not in the table", tokenOf(t, other, "https://else.example", "ada", nil), "", login.ErrIssuer},
		{"no issuer", tokenOf(t, own, "", "ada", nil), "", login.ErrIssuer},
		{"nearly its name", tokenOf(t, other, "https://other.example/", "ada", nil), "", login.ErrIssuer},
		{"half a token", theirs[:len(theirs)-90], "", login.ErrMalformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			for range 2 { // the second time it may be remembered
				p, err := m.AuthenticateToken(t.Context(), test.token)
				if test.err != nil {
					if !errors.Is(err, test.err) || login.Status(err) != http.StatusUnauthorized {
						t.Fatalf("%v, want %v", err, test.err)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if p.User.Subject != test.subject || p.Claims.Subject != test.subject {
					t.Errorf("the user is %q, want %q", p.User.Subject, test.subject)
				}
			}
		})
	}
	if err := revoked.RevokeSubject(t.Context(), "https://other.example", "other:ada", time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Verify(t.Context(), theirs); !errors.Is(err, login.ErrRevoked) {
		t.Errorf("a revoked token of the other issuer: %v", err)
	}
	if _, err := m.Verify(t.Context(), ours); err != nil {
		t.Errorf("the other's revocation ended ours: %v", err)
	}
	request := httptest.NewRequest("GET", "/", nil)
	request.Header.Set("Authorization", "Bearer "+ours)
	answer := httptest.NewRecorder()
	m.Require()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		t.Errorf("the guard answers %d", answer.Code)
	}
}

// An issuer that is down is an outage for its own tokens alone.
func TestOutageOfOneIssuer(t *testing.T) {
	own, other := trustedKey(t), trustedKey(t)
	down := jwkstest.New()
	down.Answer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))
	source, err := jwks.New(jwks.Config{Issuer: down.Start(t), Algorithms: []keys.Algorithm{keys.EdDSA}})
	if err != nil {
		t.Fatal(err)
	}
	further := mustVerifier(t, source, login.Config{Issuer: "https://other.example", SubjectOf: prefixed("other:")})
	v := mustVerifier(t, own, login.Config{Issuer: "https://own.example"}, further)
	if _, err := v.Verify(t.Context(), tokenOf(t, own, "https://own.example", "ada", nil)); err != nil {
		t.Error(err)
	}
	if _, err := v.Verify(t.Context(), tokenOf(t, other, "https://other.example", "ada", nil)); login.Status(err) != http.StatusServiceUnavailable {
		t.Errorf("%v, want an outage", err)
	}
}

// The tenant of a pattern is that of iss and of tid, and one that is trusted.
func TestTenants(t *testing.T) {
	const pattern = "https://login.microsoftonline.com/{tid}/v2.0"
	key := trustedKey(t)
	at := func(tenant string) string { return strings.Replace(pattern, "{tid}", tenant, 1) }
	listed := mustVerifier(t, key, login.Config{Issuer: pattern, Tenants: []string{"t1", "t2"}, SubjectOf: prefixed("entra:")})
	onlyT1 := func(_ context.Context, c *login.Claims) error {
		var custom struct {
			Tid string `json:"tid"`
		}
		if err := c.Decode(&custom); err != nil || custom.Tid != "t1" {
			return login.ErrClaims
		}
		return nil
	}
	asked := mustVerifier(t, key, login.Config{Issuer: pattern, Check: onlyT1})
	askedToo := mustVerifier(t, key, login.Config{Issuer: "https://v1.example/{tid}/", AlsoIssuers: []string{pattern}, SubjectOf: prefixed("entra:"), Check: onlyT1})
	both := mustVerifier(t, trustedKey(t), login.Config{Issuer: "https://own.example"}, listed)
	asOne := mustVerifier(t, trustedKey(t), login.Config{Issuer: "https://own.example"}, askedToo)
	for _, test := range []struct {
		name, iss string
		tid       any
		ok        bool
	}{
		{"a tenant", at("t1"), "t1", true},
		{"a tenant that is not trusted", at("t3"), "t3", false},
		{"the tid of another tenant", at("t1"), "t2", false},
		{"no tid", at("t1"), nil, false},
		{"a tid that is not text", at("t1"), 1, false},
		{"the pattern itself", pattern, "{tid}", false},
		{"a path for a tenant", at("t1/../t1"), "t1/../t1", false},
		{"no tenant", at(""), "", false},
		{"another host", "https://login.example/t1/v2.0", "t1", false},
	} {
		claims := map[string]any{}
		if test.tid != nil {
			claims["tid"] = test.tid
		}
		claims["iss"], claims["sub"], claims["exp"] = test.iss, "ada", time.Now().Add(time.Hour).Unix()
		token := signedWith(t, key.Sign, "", claims)
		for name, v := range map[string]*login.Verifier{
			"a list": listed, "a function": asked, "a list in a table": both, "a function in a table": asOne, "another name": askedToo,
		} {
			for range 2 { // the second time it may be remembered
				c, err := v.Verify(t.Context(), token)
				if (err == nil) != test.ok || err != nil && !errors.Is(err, login.ErrIssuer) && !errors.Is(err, login.ErrClaims) {
					t.Errorf("%s, %s: %v", test.name, name, err)
				}
				if err == nil && v != asked && c.Subject != "entra:ada" {
					t.Errorf("%s, %s: the subject is %q", test.name, name, c.Subject)
				}
			}
		}
	}
	issuer, err := login.NewIssuer(key, login.Config{Issuer: pattern, Tenants: []string{"t1"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := issuer.Issue(login.Grant{Subject: "ada"}); err == nil {
		t.Error("a token was issued under a name that stands for many")
	}
}

// RevokeSubject reaches the tokens of every issuer, and says if it cannot.
func TestRevokeSubjectOfManyIssuers(t *testing.T) {
	own, other := trustedKey(t), trustedKey(t)
	const pattern = "https://id.example/{tid}"
	check := func(context.Context, *login.Claims) error { return nil }
	for _, test := range []struct {
		name    string
		config  login.Config
		unknown bool
	}{
		{"one name", login.Config{Issuer: "https://id.example/t1"}, false},
		{"tenants", login.Config{Issuer: pattern, Tenants: []string{"t0", "t1"}}, false},
		{"tenants of a function", login.Config{Issuer: pattern, Check: check}, true},
	} {
		test.config.SubjectOf = prefixed("id:")
		revoked := new(revocation.Memory)
		m, err := login.New(own, login.ClaimsOnly, login.Config{Issuer: "own", Revocations: revoked}, mustVerifier(t, other, test.config))
		if err != nil {
			t.Fatal(err)
		}
		ours := tokenOf(t, own, "own", "ada", nil)
		theirs := tokenOf(t, other, "https://id.example/t1", "ada", map[string]any{"tid": "t1"})
		for _, token := range []string{ours, theirs} {
			if _, err := m.Verify(t.Context(), token); err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
		}
		if err := m.RevokeSubject(t.Context(), "id:ada", time.Now().Add(time.Second)); (err != nil) != test.unknown {
			t.Errorf("%s: RevokeSubject: %v", test.name, err)
		}
		if _, err := m.Verify(t.Context(), theirs); errors.Is(err, login.ErrRevoked) == test.unknown {
			t.Errorf("%s: their token: %v", test.name, err)
		}
		if _, err := m.Verify(t.Context(), ours); err != nil {
			t.Errorf("%s: our token of another user: %v", test.name, err)
		}
	}
}

// A token of another issuer is subject to the leeway of that issuer, and logging out
// revokes it.
func TestRequestsWithTokensOfOtherIssuers(t *testing.T) {
	own, other := trustedKey(t), trustedKey(t)
	now := time.Now()
	clock := func() time.Time { return now }
	further := mustVerifier(t, other, login.Config{Issuer: "other", SubjectOf: prefixed("other:"), Leeway: time.Minute, Now: clock})
	revoked := &revocation.Memory{Now: clock}
	m, err := login.New(own, login.ClaimsOnly, login.Config{Issuer: "own", Revocations: revoked, Now: clock}, further)
	if err != nil {
		t.Fatal(err)
	}
	token := signedWith(t, other.Sign, "", map[string]any{"iss": "other", "sub": "ada", "jti": "1", "iat": now.Add(-time.Hour).Unix(), "exp": now.Add(-30 * time.Second).Unix()})
	early := signedWith(t, other.Sign, "", map[string]any{"iss": "other", "sub": "ada", "jti": "2", "iat": now.Unix(), "nbf": now.Add(time.Hour).Unix(), "exp": now.Add(2 * time.Hour).Unix()})
	request := func(token string) *http.Request {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		return r
	}
	answer := httptest.NewRecorder()
	m.Require()(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := m.Authenticate(r); err != nil {
			t.Errorf("Authenticate behind the guard: %v", err)
		}
		ctx, cancel := m.UntilExpiry(r.Context())
		defer cancel()
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) < 20*time.Second {
			t.Errorf("the context ends in %v", time.Until(deadline))
		}
	})).ServeHTTP(answer, request(token))
	if answer.Code != http.StatusOK {
		t.Errorf("the guard answers %d", answer.Code)
	}
	for _, token := range []string{token, early} {
		if err := m.Logout(httptest.NewRecorder(), request(token)); err != nil {
			t.Error(err)
		}
	}
	now = now.Add(time.Hour)
	if _, err := m.Verify(t.Context(), early); !errors.Is(err, login.ErrRevoked) {
		t.Errorf("the early token after a logout: %v", err)
	}
}

func TestTrustIsConfigured(t *testing.T) {
	key := trustedKey(t)
	good := mustVerifier(t, key, login.Config{Issuer: "https://a.example", SubjectOf: prefixed("a:")})
	nested := mustVerifier(t, key, login.Config{Issuer: "https://b.example", SubjectOf: prefixed("b:")}, good)
	tenants := func(listed ...string) *login.Verifier {
		return mustVerifier(t, key, login.Config{
			Issuer: "https://id/{tid}", Tenants: listed, SubjectOf: prefixed("id:"),
			Check: func(context.Context, *login.Claims) error { return nil },
		})
	}
	for _, test := range []struct {
		name, message string
		config        login.Config
		others        []*login.Verifier
	}{
		{"no issuer here", "each must name its own", login.Config{}, []*login.Verifier{good}},
		{"no issuer there", "each must name its own", login.Config{Issuer: "own"}, []*login.Verifier{mustVerifier(t, key, login.Config{SubjectOf: prefixed("")})}},
		{"no SubjectOf", "whose user", login.Config{Issuer: "own"}, []*login.Verifier{mustVerifier(t, key, login.Config{Issuer: "https://a.example"})}},
		{"the same tenants twice", "two verifiers", login.Config{Issuer: "own"}, []*login.Verifier{tenants("t1"), tenants("t0", "t1")}},
		{"every tenant twice", "two verifiers", login.Config{Issuer: "own"}, []*login.Verifier{tenants(), tenants()}},
		{"two tenants in a name", "twice", login.Config{Issuer: "https://x/{tid}/{tid}", Tenants: []string{"a"}}, nil},
		{"a tenant that is a path", "Config.Tenants has", login.Config{Issuer: "https://x/{tid}", Tenants: []string{"a/b"}}, nil},
		{"nil", "not made by NewVerifier", login.Config{Issuer: "own"}, []*login.Verifier{nil}},
		{"the same issuer twice", "two verifiers", login.Config{Issuer: "own"}, []*login.Verifier{good, good}},
		{"itself", "two verifiers", login.Config{Issuer: "https://a.example"}, []*login.Verifier{good}},
		{"others of others", "list all of them in one", login.Config{Issuer: "own"}, []*login.Verifier{nested}},
		{"every tenant", "list the tenants", login.Config{Issuer: "https://x/{tid}"}, nil},
		{"tenants without a pattern", "has the part {tid}", login.Config{Issuer: "https://x", Tenants: []string{"a"}}, nil},
		{"no tenants", "is empty", login.Config{Issuer: "https://x/{tid}", Tenants: []string{}}, nil},
	} {
		if _, err := login.NewVerifier(key, test.config, test.others...); err == nil || !strings.Contains(err.Error(), test.message) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// A SubjectOf that fails never admits, and Inspect says the same as Verify.
func TestSubjectOf(t *testing.T) {
	key := trustedKey(t)
	for _, test := range []struct {
		name   string
		of     func(*login.Claims) (string, error)
		status int
	}{
		{"a subject", prefixed("a:"), 200},
		{"one that changes its claims", func(c *login.Claims) (string, error) { c.Subject = "b"; return "a:ada", nil }, 200},
		{"an empty one", func(*login.Claims) (string, error) { return "", nil }, 401},
		{"refused", func(*login.Claims) (string, error) { return "a:ada", login.ErrClaims }, 401},
		{"forbidden", func(*login.Claims) (string, error) { return "", login.ErrForbidden }, 403},
		{"broken", func(*login.Claims) (string, error) { return "", errors.New("broken") }, 500},
	} {
		other := mustVerifier(t, key, login.Config{Issuer: "https://a.example", SubjectOf: test.of})
		v := mustVerifier(t, trustedKey(t), login.Config{Issuer: "own"}, other)
		token := tokenOf(t, key, "https://a.example", "ada", nil)
		c, err := v.Verify(t.Context(), token)
		if login.Status(err) != test.status {
			t.Errorf("%s: %v", test.name, err)
		}
		if err == nil && c.Subject != "a:ada" {
			t.Errorf("%s: the subject is %q", test.name, c.Subject)
		}
		if r := v.Inspect(t.Context(), token); r.Valid() != (err == nil) {
			t.Errorf("%s: Inspect says %v", test.name, r.Failures)
		}
	}
}

// A token without a subject has no user, whatever SubjectOf returns for it.
func TestSubjectOfNeedsASubject(t *testing.T) {
	key := trustedKey(t)
	other := mustVerifier(t, key, login.Config{Issuer: "https://a.example", SubjectOf: prefixed("a:")})
	v := mustVerifier(t, trustedKey(t), login.Config{Issuer: "own"}, other)
	token := signedWith(t, key.Sign, "", map[string]any{"iss": "https://a.example", "exp": time.Now().Add(time.Hour).Unix()})
	if _, err := v.Verify(t.Context(), token); !errors.Is(err, login.ErrClaims) {
		t.Errorf("%v", err)
	}
}
