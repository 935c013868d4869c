package login

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/tokencache"
)

// verifyAll verifies each token and returns how many passed.
func verifyAll(t testing.TB, v *Verifier, tokens ...string) (passed int) {
	t.Helper()
	for _, token := range tokens {
		if _, err := v.Verify(t.Context(), token); err == nil {
			passed++
		}
	}
	return passed
}

func numberedTokens(key *keys.SigningKey, n int) []string {
	tokens := make([]string, n)
	for i := range tokens {
		tokens[i] = signedClaims(key, fmt.Sprintf(`{"sub":"%d","exp":1772367300}`, i))
	}
	return tokens
}

func TestCacheIsForAsymmetricKeys(t *testing.T) {
	for _, tt := range []struct {
		name string
		alg  keys.Algorithm
		size int
		want int
	}{
		{"EdDSA", keys.EdDSA, 0, 1},
		{"EdDSA, a size", keys.EdDSA, 10, 1},
		{"EdDSA, none", keys.EdDSA, -1, 0},
		{"HS256", keys.HS256, 0, 0},
		{"HS256, a size", keys.HS256, 10, 1},
		{"HS256, none", keys.HS256, -1, 0},
	} {
		v := newTestVerifier(t, testKey(tt.alg), Config{CacheSize: tt.size})
		token := signedClaims(testKey(tt.alg), goodClaims)
		if passed := verifyAll(t, v, token, token, token); passed != 3 {
			t.Errorf("%s: %d passed", tt.name, passed)
		}
		if got := v.cache.Len(); got != tt.want {
			t.Errorf("%s: %d tokens are remembered, want %d", tt.name, got, tt.want)
		}
	}
}

// A hit says the same as the verification did.
func TestCacheSaysTheSame(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.EdDSA), Config{Audience: "api"})
	token := signedClaims(testKey(keys.EdDSA), `{"iss":"us","sub":"ada","aud":["web","api"],"jti":"1","scope":"a b","iat":1772366400,"nbf":1772366399,"exp":1772367300,"role":"admin"}`)
	first, hit := must(v.Verify(t.Context(), token)), must(v.Verify(t.Context(), token))
	if a, b := fmt.Sprintf("%+v", *first), fmt.Sprintf("%+v", *hit); a != b {
		t.Errorf("first %s, then %s", a, b)
	}
	var custom struct {
		Role string `json:"role"`
	}
	if err := hit.Decode(&custom); custom.Role != "admin" || err != nil {
		t.Errorf("role %q, %v", custom.Role, err)
	}
}

// Time is checked on each use, and expired tokens are not kept.
func TestCacheJudgesTime(t *testing.T) {
	now := &clock{now: noon}
	v := newTestVerifier(t, testKey(keys.EdDSA), Config{Now: now.Now})
	token := signedClaims(testKey(keys.EdDSA), `{"nbf":1772366400,"iat":1772366400,"exp":1772366500}`)
	for _, tt := range []struct {
		after time.Duration
		want  error
	}{
		{0, nil}, {99 * time.Second, nil}, {100 * time.Second, ErrExpired}, {time.Hour, ErrExpired},
		{99 * time.Second, nil}, {-time.Second, ErrNotYetValid},
	} {
		now.advance(noon.Add(tt.after).Sub(now.Now()))
		if c, err := v.Verify(t.Context(), token); !errors.Is(err, tt.want) || (c == nil) != (tt.want != nil) {
			t.Errorf("after %v: %v, %v, want %v", tt.after, c, err, tt.want)
		}
		if n := v.cache.Len(); n != 0 && errors.Is(tt.want, ErrExpired) {
			t.Errorf("after %v the token is still remembered", tt.after)
		}
	}

	now.advance(noon.Sub(now.Now()))
	verifyAll(t, v, token)
	verifyAll(t, v, numberedTokens(testKey(keys.EdDSA), 100)...)
	if n := v.cache.Len(); n != 101 {
		t.Fatalf("%d tokens are remembered, want 101", n)
	}
	now.advance(15 * time.Minute) // when they expire
	sweepWith(v.cache, v.source.Snapshot(), now.Now())
	if n := v.cache.Len(); n > 1 {
		t.Errorf("%d tokens are kept when they have expired", n-1)
	}
}

// sweepWith stores one entry as often as it takes to sweep the whole cache.
func sweepWith(c *tokencache.Cache[verifiedToken], snapshot *keys.Snapshot, now time.Time) {
	key, _ := c.KeyOf(strings.Repeat("x", tokencache.MinToken))
	for range defaultCacheSize / 8 { // each insertion sweeps one set
		c.Put(key, snapshot, now.Add(time.Hour), now, new(tokencache.Entry[verifiedToken]))
	}
}

// Tokens of keys that are no longer in use make room.
func TestCacheForgetsOldKeys(t *testing.T) {
	set := must(keys.NewSet(must(testKey(keys.EdDSA).WithID("1"))))
	v := newTestVerifier(t, set, Config{})
	verifyAll(t, v, signed(testKey(keys.EdDSA), `{"alg":"EdDSA","kid":"1"}`, goodClaims))
	if n := v.cache.Len(); n != 1 {
		t.Fatalf("%d tokens are remembered, want 1", n)
	}
	if err := set.Rotate(must(testKey(keys.ES256).WithID("2"))); err != nil {
		t.Fatal(err)
	}
	sweepWith(v.cache, set.Snapshot(), noon)
	if n := v.cache.Len(); n != 1 { // the one that was put in
		t.Errorf("%d tokens of the old keys are kept", n-1)
	}
}

// A revoked token is refused at once, remembered or not.
func TestCacheAsksRevocations(t *testing.T) {
	store := &memoryStore{Now: atNoon}
	v := newTestVerifier(t, testKey(keys.EdDSA), Config{Revocations: store})
	token := signedClaims(testKey(keys.EdDSA), goodClaims)
	c := must(v.Verify(t.Context(), token))
	must(v.Verify(t.Context(), token))
	if err := store.Revoke(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), token); !errors.Is(err, ErrRevoked) {
		t.Errorf("error %v, want ErrRevoked", err)
	}
}

// A key that is retired verifies nothing from then on.
func TestCacheFollowsTheKeys(t *testing.T) {
	first, second := must(testKey(keys.EdDSA).WithID("1")), must(testKey(keys.ES256).WithID("2"))
	set := must(keys.NewSet(first))
	v := newTestVerifier(t, set, Config{})
	token := signed(first, `{"alg":"EdDSA","kid":"1"}`, goodClaims)
	if passed := verifyAll(t, v, token, token, token); passed != 3 {
		t.Fatalf("%d passed", passed)
	}
	if err := set.Rotate(second); err != nil {
		t.Fatal(err)
	}
	if passed := verifyAll(t, v, token, token); passed != 2 {
		t.Errorf("after the rotation %d passed", passed)
	}
	if err := set.Retire("1"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), token); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("after retiring: error %v, want ErrAlgorithm", err)
	}
	// The same kid for another key does not bring the old tokens back.
	if err := set.Publish(must(must(keys.Generate(keys.EdDSA)).WithID("1")).VerificationKey()); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), token); !errors.Is(err, ErrSignature) {
		t.Errorf("under another key of that kid: error %v, want ErrSignature", err)
	}
}

// A key that is replaced by another one under the same kid leaves no token
// behind, though the header of old and new tokens is the same text.
func TestCacheFollowsAKeyOfTheSameName(t *testing.T) {
	old := must(must(keys.Generate(keys.EdDSA)).WithID("k"))
	next := must(must(keys.Generate(keys.EdDSA)).WithID("k"))
	set := must(keys.NewSet(old))
	v := newTestVerifier(t, set, Config{})
	oldToken := signed(old, `{"alg":"EdDSA","kid":"k"}`, `{"sub":"a","exp":1772367300}`)
	nextToken := signed(next, `{"alg":"EdDSA","kid":"k"}`, `{"sub":"a","exp":1772367300}`)
	if passed := verifyAll(t, v, oldToken, oldToken); passed != 2 {
		t.Fatalf("%d of 2 tokens passed before the change", passed)
	}
	set.Replace(must(keys.NewSet(next)))
	if passed := verifyAll(t, v, nextToken, nextToken); passed != 2 {
		t.Errorf("%d of 2 tokens of the new key passed", passed)
	}
	if _, err := v.Verify(t.Context(), oldToken); !errors.Is(err, ErrSignature) {
		t.Errorf("a token of the old key: %v, want %v", err, ErrSignature)
	}
}

// A caller may change its claims: the next one receives them as they were signed.
func TestCacheCannotBeChanged(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.EdDSA), Config{Audience: "api"})
	token := signedClaims(testKey(keys.EdDSA), `{"sub":"ada","aud":["api","web"],"scope":"read write","exp":1772367300}`)
	for range 4 {
		c, err := v.Verify(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%s %s %s %d", c.Subject, c.Audience, c.Scopes, c.ExpiresAt.Unix()); got != "ada [api web] [read write] 1772367300" {
			t.Fatalf("got %s", got)
		}
		_ = append(c.Audience, "changed")
		c.Subject, c.ExpiresAt, c.Audience[0], c.Scopes[0] = "root", noon.AddDate(9, 0, 0), "changed", "admin"
		_ = append(c.Scopes[:1], "changed")
		copy(c.JSON(), "changed")
	}
	for range 2 {
		c, err := v.verify(t.Context(), token, true)
		if err != nil {
			t.Fatal(err)
		}
		if c.Scopes[0] != "read" || c.Subject != "ada" {
			t.Fatalf("got %+v", c)
		}
	}
}

// A loader that changes the claims it is shown changes its own copy, not those of
// the next request.
func TestLoaderCannotChangeTheCache(t *testing.T) {
	m, err := New(testKey(keys.ES256), func(ctx context.Context, _ string) (*member, error) {
		c := LoadingClaims(ctx)
		c.Subject, c.Scopes[0] = "root", "admin"
		_ = append(c.Scopes[:0], "admin")
		return &member{Email: "x"}, nil
	}, Config{Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	fields := []string{"Authorization", "Bearer " + issue(t, m, "ada@example.com", "read")}
	for range 3 {
		if w := serve(m.Require("read")(nothing), request("GET", "/", fields...)); w.Code != 200 {
			t.Errorf("the scope that it has: %d", w.Code)
		}
		if w := serve(m.Require("admin")(unreachable), request("GET", "/", fields...)); w.Code != 403 {
			t.Errorf("a scope that the loader wrote: %d", w.Code)
		}
	}
}

// meddling is a revocation store that changes the claims, which it must not.
type meddling struct{ Revocations }

func (meddling) Revoked(_ context.Context, c *Claims) (bool, error) {
	c.Scopes[0] = "admin"
	return false, nil
}

// Changes that a store makes to claims are not remembered.
func TestCacheKeepsNothingOfAStore(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.EdDSA), Config{Revocations: meddling{}})
	token := signedClaims(testKey(keys.EdDSA), goodClaims)
	verifyAll(t, v, token, token)
	v.revocations = nil
	if c, err := v.Verify(t.Context(), token); err != nil || c.Scopes[0] != "posts:read" {
		t.Errorf("claims %+v, error %v", c, err)
	}
	m, err := New(testKey(keys.EdDSA), loadMember, Config{Now: atNoon, Revocations: meddling{}})
	if err != nil {
		t.Fatal(err)
	}
	fields := []string{"Authorization", "Bearer " + issue(t, m, "ada@example.com", "read")}
	for range 3 {
		m.Authenticate(request("GET", "/", fields...))
	}
	m.verifier.revocations = nil
	if w := serve(m.Require("admin")(unreachable), request("GET", "/", fields...)); w.Code != 403 {
		t.Errorf("a scope that the store wrote: %d", w.Code)
	}
}

// Only tokens that passed every check are remembered.
func TestCacheTakesNothingInvalid(t *testing.T) {
	key, forger := testKey(keys.EdDSA), must(keys.Generate(keys.EdDSA))
	store := &memoryStore{Now: atNoon}
	v := newTestVerifier(t, key, Config{Revocations: store})
	must(v.Verify(t.Context(), signedClaims(key, goodClaims)))
	revoked := must(v.Verify(t.Context(), signedClaims(key, strings.Replace(goodClaims, "id-1", "id-2", 1))))
	if err := store.Revoke(t.Context(), revoked); err != nil {
		t.Fatal(err)
	}
	before := v.cache.Len()
	for range 3 {
		verifyAll(t, v,
			signedClaims(forger, goodClaims),
			signedClaims(key, `{"exp":1}`),
			signedClaims(key, `{"exp":1772367300}`), // no jti and iat
			signedClaims(key, `{"exp":1772367300,"exp":1772367300}`),
			signed(key, `{"alg":"EdDSA","typ":"rt+jwt"}`, goodClaims),
			signed(key, `{"alg":"EdDSA","typ":"JWT"}`, strings.Replace(goodClaims, "id-1", "id-2", 1)),
			signedClaims(key, goodClaims)+"A",
		)
	}
	if after := v.cache.Len(); before != 2 || after != before {
		t.Errorf("%d tokens are remembered, after invalid ones %d, want 2", before, after)
	}
}

// A token that is remembered is no help to one that looks like it.
func TestCacheLookAlikes(t *testing.T) {
	key := testKey(keys.ES256)
	v := newTestVerifier(t, key, Config{})
	token := signedClaims(key, goodClaims)
	verifyAll(t, v, token, token)
	for i := range token {
		for _, c := range []byte{'A', 'B', '.', token[i] ^ 1, token[i] ^ 0x20} {
			if c != token[i] {
				if _, err := v.Verify(t.Context(), token[:i]+string(c)+token[i+1:]); !errors.Is(err, ErrInvalidToken) {
					t.Fatalf("with byte %d changed: %v", i, err)
				}
			}
		}
	}
	for _, like := range []string{token + "=", token + "A", token[1:], token[:len(token)-1], token + ".", " " + token, strings.ToUpper(token)} {
		if _, err := v.Verify(t.Context(), like); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("a look-alike: %v", err)
		}
	}
}

// A token that begins like a remembered one and ends early is refused, as it is without
// a cache.
func TestCacheOfStumps(t *testing.T) {
	key := testKey(keys.EdDSA)
	v := newTestVerifier(t, key, Config{})
	token := signed(key, `{"alg":"EdDSA"}`, goodClaims)
	verifyAll(t, v, token, token)
	if n := v.cache.Len(); n != 1 {
		t.Fatalf("%d tokens are remembered, want 1", n)
	}
	for n := range 2 * tokencache.MinToken {
		if _, err := v.Verify(t.Context(), token[:n]); !errors.Is(err, ErrMalformed) {
			t.Errorf("the first %d bytes: %v, want ErrMalformed", n, err)
		}
	}
}

// The cache works if the standard library refuses everything outside of FIPS 140-3.
func TestCacheUnderFIPS(t *testing.T) {
	if os.Getenv("GODEBUG") == "fips140=only" {
		v := newTestVerifier(t, testKey(keys.ES256), Config{CacheSize: 8})
		token := signedClaims(testKey(keys.ES256), goodClaims)
		if passed, n := verifyAll(t, v, token, token), v.cache.Len(); passed != 2 || n != 1 {
			t.Errorf("%d passed, %d are remembered", passed, n)
		}
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestCacheUnderFIPS$")
	c.Env = append(os.Environ(), "GODEBUG=fips140=only")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// The number of entries is bounded, and the memory of each.
func TestCacheIsBounded(t *testing.T) {
	key := testKey(keys.EdDSA)
	tokens := numberedTokens(key, 400)
	for _, size := range []int{1, 7, 8, 9, 100} {
		v := newTestVerifier(t, key, Config{CacheSize: size})
		if passed := verifyAll(t, v, tokens...); passed != len(tokens) {
			t.Errorf("size %d: %d passed", size, passed)
		}
		if n := v.cache.Len(); n > size || n < size/2 {
			t.Errorf("size %d: %d tokens are remembered", size, n)
		}
	}
	v := newTestVerifier(t, key, Config{})
	for _, tt := range []struct{ length, want int }{
		{tokencache.MaxToken + 2, 0}, // there is no payload that would make it one more
		{tokencache.MaxToken, 1},
	} {
		large := tokenOfLength(t, key, tt.length)
		if passed, n := verifyAll(t, v, large, large), v.cache.Len(); passed != 2 || n != tt.want {
			t.Errorf("%d tokens of %d bytes passed, %d are remembered, want %d", passed, tt.length, n, tt.want)
		}
	}
}

// tokenOfLength returns a good token of that many bytes.
func tokenOfLength(t *testing.T, key *keys.SigningKey, length int) string {
	t.Helper()
	const claims = `{"exp":1772367300,"x":""}`
	rest := strings.Split(signedClaims(key, claims), ".")
	payload := length - len(rest[0]) - len(rest[2]) - len("..")
	token := signedClaims(key, strings.Replace(claims, `""`, `"`+strings.Repeat("x", base64.RawURLEncoding.DecodedLen(payload)-len(claims))+`"`, 1))
	if len(token) != length {
		t.Fatalf("made %d bytes in place of %d", len(token), length)
	}
	return token
}

func TestCacheMemory(t *testing.T) {
	const size = 20_000
	c := tokencache.New[verifiedToken](size, 0)
	claims := Claims{Subject: "ada", Scopes: []string{"posts:read", "posts:write"}, ExpiresAt: noon.Add(time.Hour)}
	before := liveHeap()
	for i := range size {
		key, _ := c.KeyOf(fmt.Sprintf("%032d", i))
		e := new(tokencache.Entry[verifiedToken])
		claims.copyTo(&e.Value.claims, nil)
		e.Value.claims.text = strings.Repeat("x", 160) // as long as for a token with two scopes
		c.Put(key, nil, claims.ExpiresAt, noon, e)
	}
	after := liveHeap()
	n := c.Len()
	if each := (after - before) / int64(n); each > 500 || n < size/2 {
		t.Errorf("%d bytes for each of %d entries, want at most 500", each, n)
	}
	runtime.KeepAlive(c)
}

func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Verification, rotation, revocation and the cache at once, for the race detector.
func TestCacheConcurrently(t *testing.T) {
	key := must(testKey(keys.EdDSA).WithID("1"))
	set := must(keys.NewSet(key))
	store := &memoryStore{Now: atNoon}
	v := newTestVerifier(t, set, Config{CacheSize: 16, Revocations: store})
	tokens := make([]string, 32)
	for i := range tokens {
		tokens[i] = signedClaims(key, fmt.Sprintf(`{"sub":"%d","jti":"%d","iat":1772366400,"exp":1772367300}`, i, i))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				for i, token := range tokens {
					c, err := v.Verify(t.Context(), token)
					if i%2 == 0 && (err != nil || c.Subject != fmt.Sprint(i)) {
						t.Errorf("token %d: %+v, %v", i, c, err)
					}
				}
			}
		})
	}
	wg.Go(func() {
		for i := 1; i < len(tokens); i += 2 {
			if err := store.Revoke(t.Context(), &Claims{ID: fmt.Sprint(i), ExpiresAt: noon.Add(time.Hour)}); err != nil {
				t.Error(err)
			}
			if err := set.Rotate(must(testKey(keys.ES256).WithID(fmt.Sprint("es", i)))); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	for i := 1; i < len(tokens); i += 2 {
		if _, err := v.Verify(t.Context(), tokens[i]); !errors.Is(err, ErrRevoked) {
			t.Errorf("token %d: error %v, want ErrRevoked", i, err)
		}
	}
}

// The memo of headers holds so many, all of good tokens.
func TestHeaderMemo(t *testing.T) {
	key := testKey(keys.HS256)
	v := newTestVerifier(t, key, Config{})
	count := func() int {
		if list := v.headers.current.Load(); list != nil {
			return len(list.known)
		}
		return 0
	}
	forger := must(keys.Generate(keys.HS256))
	for i := range 100 {
		verifyAll(t, v, signed(forger, fmt.Sprintf(`{"alg":"HS256","n":%d}`, i), goodClaims))
	}
	if n := count(); n != 0 {
		t.Errorf("%d headers of forged tokens are remembered", n)
	}
	for i := range 100 {
		if passed := verifyAll(t, v, signed(key, fmt.Sprintf(`{"alg":"HS256","n":%d}`, i), goodClaims)); passed != 1 {
			t.Errorf("header %d is refused", i)
		}
	}
	if n := count(); n != maxHeaders {
		t.Errorf("%d headers are remembered, want %d", n, maxHeaders)
	}

	v = newTestVerifier(t, key, Config{})
	for range 3 {
		v.Verify(t.Context(), signedClaims(key, goodClaims))
	}
	snapshot, header := key.Snapshot(), v.headers.current.Load().known[0]
	if again := v.headers.remember(snapshot, &verifiedHeader{text: header.text}); again != header || count() != 1 {
		t.Errorf("one header is remembered %d times", count())
	}
}
