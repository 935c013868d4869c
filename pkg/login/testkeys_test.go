package login

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"sync"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// testKeys has one key of each algorithm that tests need, made once.
var testKeys = sync.OnceValue(func() map[keys.Algorithm]*keys.SigningKey {
	made := make(map[keys.Algorithm]*keys.SigningKey)
	for _, alg := range []keys.Algorithm{keys.HS256, keys.HS512, keys.ES256, keys.ES384, keys.EdDSA} {
		made[alg] = must(keys.Generate(alg))
	}
	made[keys.RS256] = must(keys.NewSigner(must(rsa.GenerateKey(rand.Reader, 2048)), keys.RS256))
	made[keys.PS256] = must(made[keys.RS256].As(keys.PS256))
	return made
})

func testKey(alg keys.Algorithm) *keys.SigningKey { return testKeys()[alg] }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// atNoon is the clock of every test that does not say otherwise.
func atNoon() time.Time { return noon }

// clock is a clock that a test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// newTestVerifier has the clock at noon unless config has another.
func newTestVerifier(t testing.TB, source keys.Source, config Config) *Verifier {
	t.Helper()
	if config.Now == nil {
		config.Now = atNoon
	}
	v, err := NewVerifier(source, config)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func newTestIssuer(t testing.TB, source keys.Source, config Config) *Issuer {
	t.Helper()
	if config.Now == nil {
		config.Now = atNoon
	}
	i, err := NewIssuer(source, config)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// signed is a token of any header and claims, with a good signature.
func signed(key *keys.SigningKey, header, claims string) string {
	input := encode(header) + "." + encode(claims)
	return input + "." + encode(string(must(key.Sign(context.Background(), input))))
}

// signedClaims is a token of a plain header and any claims.
func signedClaims(key *keys.SigningKey, claims string) string {
	return signed(key, `{"alg":"`+key.Algorithm().String()+`","typ":"JWT"}`, claims)
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// Claims that pass at noon: it is 1772366400.
const goodClaims = `{"sub":"ada","iat":1772366400,"exp":1772367300,"jti":"id-1","scopes":["posts:read","posts:write"]}`
