package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
)

// fakeRemote is a source whose answers are set.
type fakeRemote struct {
	now, newer *keys.Snapshot
	err        error // of Current
	refreshErr error
	refreshed  int
	wait       bool // until the context ends
}

func (f *fakeRemote) Snapshot() *keys.Snapshot { return f.now }

func (f *fakeRemote) Current(ctx context.Context) (*keys.Snapshot, error) {
	if f.wait {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return f.now, f.err
}

func (f *fakeRemote) Refresh(context.Context, *keys.Snapshot) (*keys.Snapshot, error) {
	f.refreshed++
	return f.newer, f.refreshErr
}

// setOf is the snapshot of a set of public keys, which have kids.
func setOf(list ...*keys.SigningKey) *keys.Snapshot {
	var public []*keys.VerificationKey
	for _, k := range list {
		public = append(public, k.VerificationKey())
	}
	return must(keys.NewSet(nil, public...)).Snapshot()
}

func withKid(k *keys.SigningKey, kid string) *keys.SigningKey { return must(k.WithID(kid)) }

// signedBy is a good token that names the kid of k.
func signedBy(k *keys.SigningKey) string {
	return signed(k, fmt.Sprintf(`{"alg":%q,"kid":%q}`, k.Algorithm(), k.ID()), goodClaims)
}

// A key that is not known is asked for once, and the answer is used.
func TestRefreshOfRemoteKeys(t *testing.T) {
	a, b, rs := withKid(testKey(keys.ES256), "a"), withKid(testKey(keys.ES256), "b"), withKid(testKey(keys.RS256), "r")
	hs := withKid(testKey(keys.HS256), "h")
	down := errors.New("no route to host")
	old, both := setOf(a), setOf(a, b, rs)
	for _, tt := range []struct {
		name      string
		token     string
		remote    fakeRemote
		want      error
		refreshed int
	}{
		{"a known key", signedBy(a), fakeRemote{newer: both}, nil, 0},
		{"a new kid", signedBy(b), fakeRemote{newer: both}, nil, 1},
		{"a new algorithm", signedBy(rs), fakeRemote{newer: both}, nil, 1},
		{"a kid that stays unknown", signedBy(b), fakeRemote{newer: old}, ErrUnknownKey, 1},
		{"a kid that is unknown to newer keys", signedBy(b), fakeRemote{newer: setOf(rs)}, ErrAlgorithm, 1},
		{"an issuer that is down", signedBy(b), fakeRemote{refreshErr: down}, ErrUnavailable, 1},
		{"a known key while the issuer is down", signedBy(a), fakeRemote{refreshErr: down}, nil, 0},
		{"an outage named after a bad token", signedBy(b), fakeRemote{refreshErr: ErrExpired}, ErrUnavailable, 1},
		{"a secret's algorithm", signedBy(hs), fakeRemote{newer: both}, ErrAlgorithm, 0},
		{"no algorithm", signed(a, `{"alg":"none","kid":"b"}`, goodClaims), fakeRemote{newer: both}, ErrAlgorithm, 0},
		{"an unknown algorithm", signed(a, `{"alg":"XS256","kid":"b"}`, goodClaims), fakeRemote{newer: both}, ErrAlgorithm, 0},
		{"an extension", signed(b, `{"alg":"ES256","kid":"b","crit":["x"]}`, goodClaims), fakeRemote{newer: both}, ErrUnknownKey, 0},
		{"a bad signature", signedBy(a) + "AA", fakeRemote{newer: both}, ErrSignature, 0},
		{"no keys yet", signedBy(a), fakeRemote{err: down}, ErrUnavailable, 0},
		{"no keys yet, for a bad reason", signedBy(a), fakeRemote{err: ErrSignature}, ErrUnavailable, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			remote := tt.remote
			remote.now = old
			v := newTestVerifier(t, &remote, Config{})
			_, err := v.Verify(t.Context(), tt.token)
			if !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if errors.Is(err, ErrUnavailable) && (errors.Is(err, ErrInvalidToken) || Status(err) != http.StatusServiceUnavailable) {
				t.Errorf("the outage %v is blamed on the token", err)
			}
			if remote.refreshed != tt.refreshed {
				t.Errorf("it asked %d times, want %d", remote.refreshed, tt.refreshed)
			}
			report := v.Inspect(t.Context(), tt.token)
			if report.Valid() != (tt.want == nil) || tt.want != nil && !errors.Is(report.Failures[0], tt.want) {
				t.Errorf("Inspect: %v", report.Failures)
			}
		})
	}
}

// A token that was verified with newer keys is remembered with them.
func TestRememberedTokensOfRemoteKeys(t *testing.T) {
	a, b := withKid(testKey(keys.ES256), "a"), withKid(testKey(keys.ES256), "b")
	old := setOf(a)
	remote := &fakeRemote{now: old, newer: setOf(b)}
	v := newTestVerifier(t, remote, Config{})
	for range 3 {
		if _, err := v.Verify(t.Context(), signedBy(b)); err != nil {
			t.Fatal(err)
		}
		remote.now = remote.newer
	}
	if remote.refreshed != 1 {
		t.Errorf("it asked %d times", remote.refreshed)
	}
	remote.err = errors.New("too old")
	if _, err := v.Verify(t.Context(), signedBy(b)); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a remembered token outlives its keys: %v", err)
	}
	// Neither the token nor its header is remembered for keys that lack its key.
	remote = &fakeRemote{now: old, newer: setOf(b)}
	v = newTestVerifier(t, remote, Config{})
	if _, err := v.Verify(t.Context(), signedBy(b)); err != nil {
		t.Fatal(err)
	}
	remote.newer = old
	if _, err := v.Verify(t.Context(), signedBy(b)); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("a remembered token of a withdrawn key: %v", err)
	}
}

func TestWaitingForRemoteKeys(t *testing.T) {
	v := newTestVerifier(t, &fakeRemote{wait: true}, Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := v.Verify(ctx, signedBy(withKid(testKey(keys.ES256), "a")))
	if !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// The reason why a key of the set is not used reaches the log, and not the client.
func TestTokenOfASkippedKey(t *testing.T) {
	k := withKid(testKey(keys.ES256), "b")
	set := must(keys.ParseJWKS(fmt.Appendf(nil, `{"keys":[%s,{"kty":"RSA","kid":"b"}]}`,
		must(keys.MarshalPublicJWK(withKid(testKey(keys.ES256), "a").VerificationKey()))), nil))
	v := newTestVerifier(t, set, Config{})
	_, err := v.Verify(t.Context(), signedBy(k))
	if want := `token names an unknown key: key 2 of the JWK Set (kid "b"): malformed key: the JWK has no n`; err == nil || err.Error() != want {
		t.Errorf("it says %v, want %s", err, want)
	}
	if !errors.Is(err, ErrUnknownKey) || Reason(err) != "unknown_key" || strings.Contains(Challenge(err), "JWK") {
		t.Errorf("reason %s, challenge %s", Reason(err), Challenge(err))
	}
}

// From discovery to a guarded request, over HTTP: 503 until there are keys, never
// anonymous, and a rotation that no token notices.
func TestServiceOfAnotherIssuer(t *testing.T) {
	issuer := jwkstest.New()
	issuer.Answer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "", http.StatusBadGateway) }))
	source := must(jwks.New(jwks.Config{Issuer: issuer.Start(t), Algorithms: []keys.Algorithm{keys.ES256}}))
	auth := must(New(source, ClaimsOnly, Config{Now: atNoon}))
	a, b := withKid(must(keys.Generate(keys.ES256)), "a"), withKid(must(keys.Generate(keys.ES256)), "b")
	page := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	status := func(guard http.Handler, k *keys.SigningKey) int {
		t.Helper()
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+signedBy(k))
		guard.ServeHTTP(w, r)
		return w.Code
	}
	for name, guard := range map[string]http.Handler{"Require": auth.Require()(page), "Optional": auth.Optional(page)} {
		if got := status(guard, a); got != http.StatusServiceUnavailable {
			t.Errorf("%s without keys answers %d", name, got)
		}
	}
	issuer.Answer(nil)
	issuer.Publish(a.VerificationKey())
	source = must(jwks.New(jwks.Config{Issuer: issuer.Start(t), Algorithms: []keys.Algorithm{keys.ES256}}))
	guard := must(New(source, ClaimsOnly, Config{Now: atNoon})).Require()(page)
	if got := status(guard, a); got != http.StatusOK {
		t.Errorf("with the key: %d", got)
	}
	issuer.Publish(b.VerificationKey())
	if got := status(guard, b); got != http.StatusOK {
		t.Errorf("right after the rotation: %d", got)
	}
	if got := status(guard, a); got != http.StatusUnauthorized {
		t.Errorf("with the withdrawn key: %d", got)
	}
}
