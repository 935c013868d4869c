package login_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/pkg/login"
)

// Ten weaknesses of fastapi-login, each shown not to be here.

func secretKey(t testing.TB) *keys.SigningKey {
	t.Helper()
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func claimsManager(t testing.TB, key keys.Source, config login.Config) *login.Manager[*login.Claims] {
	t.Helper()
	m, err := login.New(key, login.ClaimsOnly, config)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ask is the answer of h to a GET with that bearer token, if any.
func ask(h http.Handler, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/", nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// sign makes a token of any claims.
func sign(t testing.TB, key *keys.SigningKey, claims string) string {
	t.Helper()
	return signWith(t, key, `{"alg":"`+key.Algorithm().String()+`","typ":"JWT"}`, claims)
}

func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

var fine = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

// Weakness 1: anonymous requests leak memory. 100,000 anonymous and bad-token
// requests leave the live heap within 1 MB of where it was.
func TestWeakness1NoLeak(t *testing.T) {
	key := secretKey(t)
	m := claimsManager(t, key, login.Config{Locations: login.InHeader | login.InCookie, CacheSize: 1024})
	h := m.Optional(m.Require("x")(fine))
	tokens := []string{
		"", "x", "a.b.c",
		sign(t, key, `{"sub":"ada","exp":1}`),
		sign(t, secretKey(t), `{"sub":"ada","exp":4102444800}`),
		sign(t, key, `{"sub":"ada","exp":4102444800}`), // good, with a scope missing
	}
	flood := func(requests int) {
		for i := range requests {
			// The tokens differ, so that one remembered by its text would show.
			token := tokens[i%len(tokens)]
			if token != "" && i%len(tokens) != len(tokens)-1 {
				token += encode(strconv.Itoa(i))
			}
			if w := ask(h, token); w.Code != 401 && w.Code != 403 {
				t.Fatalf("request %d: %d", i, w.Code)
			}
		}
	}
	flood(1000)
	before := liveHeap()
	flood(100_000)
	if grown := int64(liveHeap()) - int64(before); grown > 1<<20 {
		t.Errorf("the live heap grew by %d bytes", grown)
	} else {
		t.Logf("the live heap grew by %d bytes", grown)
	}
}

func liveHeap() uint64 {
	runtime.GC()
	runtime.GC() // finalizers and pools take two
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// Weakness 2: a loader that found nothing lets an unknown user in. In Go it returns
// nil or says ErrUserNotFound.
func TestWeakness2NobodyIsNotAUser(t *testing.T) {
	key := secretKey(t)
	good := sign(t, key, `{"sub":"ada","exp":4102444800}`)
	nothing, err := login.New(key, func(context.Context, string) (map[string]any, error) { return nil, nil }, login.Config{})
	if err != nil {
		t.Fatal(err)
	}
	no, err := login.New(key, func(context.Context, string) (bool, error) { return false, login.ErrUserNotFound }, login.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := ask(nothing.Require()(fine), good).Code, ask(no.Require()(fine), good).Code; a != 401 || b != 401 {
		t.Errorf("nil: %d, false: %d", a, b)
	}
}

// Weakness 3: scopes are matched as substrings, null crashes, scope and scp are ignored.
func TestWeakness3Scopes(t *testing.T) {
	key := secretKey(t)
	h := claimsManager(t, key, login.Config{}).Require("read")(fine)
	for claim, want := range map[string]int{
		`"scopes":["read"]`:         200,
		`"scope":"write read"`:      200,
		`"scp":["read"]`:            200,
		`"scopes":"spread"`:         403,
		`"scopes":["spread"]`:       403,
		`"scopes":null`:             403,
		`"scopes":5`:                403,
		`"scopes":{"read":1}`:       403,
		`"scopes":[["read"]]`:       403,
		`"scopes":["READ"]`:         403,
		`"scopes":["read",null,1]`:  200,
		`"scopes":[],"scp":"admin"`: 403,
	} {
		if w := ask(h, sign(t, key, `{"sub":"ada","exp":4102444800,`+claim+`}`)); w.Code != want {
			t.Errorf("%s: %d, want %d", claim, w.Code, want)
		}
	}
}

// Weakness 4: 400 for scopes; to the operator expired looks like forged; the
// challenge has no error code.
func TestWeakness4Answers(t *testing.T) {
	var reason string
	key := secretKey(t)
	m := claimsManager(t, key, login.Config{OnEvent: func(_ context.Context, e login.Event) { reason = e.Reason }})
	h := m.Require("read")(fine)
	for _, tt := range []struct {
		name, token, reason, code string
		status                    int
	}{
		{"a missing scope", sign(t, key, `{"sub":"ada","exp":4102444800}`), "scope_missing", "insufficient_scope", 403},
		{"expired", sign(t, key, `{"sub":"ada","exp":1}`), "expired", "invalid_token", 401},
		{"forged", sign(t, secretKey(t), `{"sub":"ada","exp":4102444800}`), "bad_signature", "invalid_token", 401},
	} {
		w := ask(h, tt.token)
		if w.Code != tt.status || reason != tt.reason || !strings.Contains(w.Header().Get("WWW-Authenticate"), `error="`+tt.code+`"`) {
			t.Errorf("%s: %d, %s, %s", tt.name, w.Code, reason, w.Header().Get("WWW-Authenticate"))
		}
	}
}

// Weakness 5: exp is not required; there is no aud, iss, leeway or kid;
// timedelta(0) means the default.
func TestWeakness5Claims(t *testing.T) {
	now := time.Unix(1772366400, 0)
	key, err := secretKey(t).WithID("k1")
	if err != nil {
		t.Fatal(err)
	}
	config := login.Config{Issuer: "https://login.example", Audience: "api", Leeway: 30 * time.Second, Now: func() time.Time { return now }}
	m := claimsManager(t, key, config)
	good := `"sub":"ada","iss":"https://login.example","aud":"api"`
	for _, tt := range []struct {
		name, claims string
		want         error
	}{
		{"no exp", `{` + good + `}`, login.ErrClaims},
		{"another audience", `{"sub":"ada","iss":"https://login.example","aud":"other","exp":4102444800}`, login.ErrAudience},
		{"another issuer", `{"sub":"ada","iss":"https://other.example","aud":"api","exp":4102444800}`, login.ErrIssuer},
		{"expired within the leeway", `{` + good + `,"exp":1772366371}`, nil},
		{"expired beyond it", `{` + good + `,"exp":1772366370}`, login.ErrExpired},
	} {
		token := signWith(t, key, `{"alg":"HS256","kid":"k1"}`, tt.claims)
		if _, err := m.Verify(t.Context(), token); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if _, err := m.Verify(t.Context(), signWith(t, key, `{"alg":"HS256","kid":"k2"}`, `{`+good+`,"exp":4102444800}`)); !errors.Is(err, login.ErrUnknownKey) {
		t.Errorf("another kid: %v", err)
	}
	if token, err := m.Issue(login.Grant{Subject: "ada", ExpiresAt: now}); err == nil {
		t.Errorf("a token that expires at once was issued until %v", token.ExpiresAt())
	}
}

func signWith(t testing.TB, key *keys.SigningKey, header, claims string) string {
	t.Helper()
	input := encode(header) + "." + encode(claims)
	signature, err := key.Sign(context.Background(), input)
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + encode(string(signature))
}

// Weakness 6: malformed input answers 500.
func TestWeakness6MalformedInput(t *testing.T) {
	key := secretKey(t)
	h := claimsManager(t, key, login.Config{}).Require()(fine)
	deep := strings.Repeat("[", 20000)
	for name, token := range map[string]string{
		"exp null":        sign(t, key, `{"sub":"ada","exp":null}`),
		"exp a list":      sign(t, key, `{"sub":"ada","exp":[1]}`),
		"exp Infinity":    sign(t, key, `{"sub":"ada","exp":Infinity}`),
		"exp 1e999":       sign(t, key, `{"sub":"ada","exp":-1e999}`),
		"deep claims":     sign(t, key, `{"sub":"ada","exp":4102444800,"x":`+deep[:8000]+`}`),
		"a deep header":   encode(deep[:6000]) + ".e30.AA",
		"invalid UTF-8":   sign(t, key, "{\"sub\":\"\xff\",\"exp\":4102444800}"),
		"no JSON":         sign(t, key, "x"),
		"null bytes":      "\x00.\x00.\x00",
		"dots":            strings.Repeat(".", 10000),
		"a numeric sub":   sign(t, key, `{"sub":42,"exp":4102444800}`),
		"another's curve": "eyJhbGciOiJFUzI1NiJ9.e30.AA",
	} {
		if w := ask(h, token); w.Code != 401 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := ask(h, strings.Repeat("a", 17<<10)); w.Code != 400 {
		t.Errorf("too large: %d", w.Code)
	}
}

// Weakness 7: an empty secret and RSA-512 are accepted; a verifier needs the
// private key; there is one key and no rotation.
func TestWeakness7Keys(t *testing.T) {
	for name, secret := range map[string]string{"empty": "", "one byte": "x", "31 bytes": strings.Repeat("ab1", 10) + "c"} {
		if _, err := keys.ParseSecret([]byte(secret), keys.HS256); !errors.Is(err, keys.ErrWeak) && !errors.Is(err, keys.ErrNoKey) {
			t.Errorf("%s secret: %v", name, err)
		}
	}
	if _, err := keyfile.Load("../keys/testdata/recorded/rsa512.pem"); !errors.Is(err, keys.ErrWeak) {
		t.Errorf("RSA-512: %v", err)
	}
	first, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	second, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	set, err := keys.NewSet(first)
	if err != nil {
		t.Fatal(err)
	}
	m := claimsManager(t, set, login.Config{})
	old, err := m.Issue(login.Grant{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	public := claimsManager(t, first.VerificationKey(), login.Config{}).Require()(fine)
	if w := ask(public, old.Reveal()); w.Code != 200 {
		t.Errorf("a verifier with the public key: %d", w.Code)
	}
	if err := set.Rotate(second); err != nil {
		t.Fatal(err)
	}
	h := m.Require()(fine)
	if w := ask(h, old.Reveal()); w.Code != 200 {
		t.Errorf("a token of before the rotation: %d", w.Code)
	}
	if err := set.Retire(first.ID()); err != nil {
		t.Fatal(err)
	}
	if w := ask(h, old.Reveal()); w.Code != 401 {
		t.Errorf("a token of a retired key: %d", w.Code)
	}
}

// Weakness 8: the cookie has no Secure and no Max-Age and cannot be deleted;
// nothing defends against forged requests.
func TestWeakness8Cookie(t *testing.T) {
	m := claimsManager(t, secretKey(t), login.Config{Locations: login.InCookie})
	token, err := m.Issue(login.Grant{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := m.SetCookie(w, token); err != nil {
		t.Fatal(err)
	}
	cookie := w.Result().Cookies()[0]
	if !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge <= 0 {
		t.Error("the cookie is not safe")
	}
	w = httptest.NewRecorder()
	m.ClearCookie(w)
	if cleared := w.Result().Cookies(); len(cleared) != 1 || cleared[0].MaxAge >= 0 || cleared[0].Path != cookie.Path {
		t.Error("the cookie is not cleared")
	}
	r := httptest.NewRequest("POST", "/", nil)
	r.AddCookie(cookie)
	r.Header.Set("Origin", "https://evil.example")
	forged := httptest.NewRecorder()
	m.Require()(fine).ServeHTTP(forged, r)
	if forged.Code != 403 {
		t.Errorf("a forged request: %d", forged.Code)
	}
}

// Weakness 9: optional() and the middleware swallow outages, and with both the
// user is loaded twice.
func TestWeakness9Outages(t *testing.T) {
	key := secretKey(t)
	good := sign(t, key, `{"sub":"ada","exp":4102444800}`)
	for _, tt := range []struct {
		err  error
		want int
	}{{errors.New("database is down"), 500}, {login.ErrUnavailable, 503}, {context.DeadlineExceeded, 503}} {
		m, err := login.New(key, func(context.Context, string) (*fastUser, error) { return nil, tt.err }, login.Config{})
		if err != nil {
			t.Fatal(err)
		}
		if w := ask(m.Optional(fine), good); w.Code != tt.want {
			t.Errorf("%v: %d, want %d", tt.err, w.Code, tt.want)
		}
	}
	loads := 0
	m, err := login.New(key, func(context.Context, string) (*fastUser, error) {
		loads++
		return &fastUser{Name: "Ada"}, nil
	}, login.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if ask(m.Optional(m.Require()(fine)), good); loads != 1 {
		t.Errorf("the user was loaded %d times", loads)
	}
}

// Weakness 10: the private key is parsed again for every token. Here a token
// costs no more than its signature, measured in allocations.
func TestWeakness10KeysAreParsedOnce(t *testing.T) {
	key, err := keyfile.Load("../keys/testdata/recorded/rsa2048.pem")
	if err != nil {
		t.Fatal(err)
	}
	m := claimsManager(t, key, login.Config{})
	signing := testing.AllocsPerRun(5, func() { key.Sign(context.Background(), "x") })
	issuing := testing.AllocsPerRun(5, func() { m.Issue(login.Grant{Subject: "ada"}) })
	if issuing > signing+40 {
		t.Errorf("issuing allocates %v times, signing alone %v", issuing, signing)
	}
}
