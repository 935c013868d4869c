package conformance

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwa"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// jwx has an option that is set for the whole process: dates are numbers, not RFC 3339.
func TestMain(m *testing.M) {
	jwxjwt.Settings(jwxjwt.WithNumericDateParsePedantic(true))
	os.Exit(m.Run())
}

// The claims that every verifier expects.
const (
	issuer   = "https://issuer.example"
	audience = "api"
	clock    = 1_760_000_000
)

func now() time.Time { return time.Unix(clock, 0) }

// setting is how all verifiers are set up for a token.
type setting struct {
	name     string
	leeway   time.Duration
	audience string // empty: not configured
	kid      string // of the key, which is one of a set then; empty: one key that was given no kid
}

var settings = []setting{
	{name: "strict", audience: audience},
	{name: "a minute of leeway", leeway: time.Minute, audience: audience},
	{name: "a set of keys, no audience", kid: "2026-11"},
}

// verdict is the answer of a verifier about a token. Verifiers that accept a token must
// read it the same way.
type verdict struct {
	err     error
	subject string
	expires int64
}

// verifier checks a token against one key, as strictly as its options allow.
type verifier struct {
	name  string
	check func(c credential, s setting, token string) verdict
}

var peers = []verifier{
	{"golang-jwt", golangJWT},
	{"golang-jwt structs", golangJWTStruct},
	{"go-jose", goJose},
	{"jwx", jwx},
}

// ourVerifiers has one verifier for each algorithm and setting; they are safe for
// concurrent use.
var ourVerifiers = sync.OnceValue(func() map[string]*login.Verifier {
	made := map[string]*login.Verifier{}
	for _, c := range keyring() {
		for _, s := range settings {
			var source keys.Source = c.ours
			if s.kid != "" {
				spare := must(spareKey(c.ours.Algorithm()).WithID("spare"))
				source = must(keys.NewSet(must(c.ours.WithID(s.kid)), spare.VerificationKey()))
			}
			config := login.Config{Issuer: issuer, Audience: s.audience, Leeway: s.leeway, Now: now}
			made[c.name+s.name] = must(login.NewVerifier(source, config))
		}
	}
	return made
})

// spareKey returns a second key of a kind, which signs nothing.
func spareKey(alg keys.Algorithm) *keys.SigningKey {
	if alg.Type() == "RSA" {
		return must(keys.NewSigner(must(rsa.GenerateKey(rand.Reader, 2048)), alg))
	}
	return must(keys.Generate(alg))
}

func ours(c credential, s setting, token string) verdict {
	claims, err := ourVerifiers()[c.name+s.name].Verify(context.Background(), token)
	if err != nil {
		return verdict{err: err}
	}
	return verdict{subject: claims.Subject, expires: claims.ExpiresAt.Unix()}
}

func golangJWTParser(c credential, s setting) *jwt.Parser {
	options := []jwt.ParserOption{
		jwt.WithValidMethods([]string{c.name}), jwt.WithStrictDecoding(), jwt.WithJSONNumber(),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(s.leeway),
		jwt.WithIssuer(issuer), jwt.WithTimeFunc(now),
	}
	if s.audience != "" {
		options = append(options, jwt.WithAudience(s.audience))
	}
	return jwt.NewParser(options...)
}

func golangJWT(c credential, s setting, token string) verdict {
	claims := jwt.MapClaims{}
	_, err := golangJWTParser(c, s).ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return c.public, nil })
	return golangJWTVerdict(claims, err)
}

func golangJWTStruct(c credential, s setting, token string) verdict {
	claims := &jwt.RegisteredClaims{}
	_, err := golangJWTParser(c, s).ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return c.public, nil })
	return golangJWTVerdict(claims, err)
}

func golangJWTVerdict(claims jwt.Claims, err error) verdict {
	if err != nil {
		return verdict{err: err}
	}
	subject, err := claims.GetSubject()
	if err != nil {
		return verdict{err: err}
	}
	v := verdict{subject: subject}
	if expires, err := claims.GetExpirationTime(); err == nil && expires != nil {
		v.expires = expires.Unix()
	}
	return v
}

func goJose(c credential, s setting, token string) verdict {
	parsed, err := josejwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(c.name)})
	if err != nil {
		return verdict{err: err}
	}
	var claims josejwt.Claims
	if err := parsed.Claims(c.public, &claims); err != nil {
		return verdict{err: err}
	}
	expected := josejwt.Expected{Issuer: issuer, Time: now()}
	if s.audience != "" {
		expected.AnyAudience = josejwt.Audience{s.audience}
	}
	if err := claims.ValidateWithLeeway(expected, s.leeway); err != nil {
		return verdict{err: err}
	}
	if claims.Expiry == nil { // it has no option that asks for exp
		return verdict{err: errors.New("no exp")}
	}
	return verdict{subject: claims.Subject, expires: claims.Expiry.Time().Unix()}
}

func jwx(c credential, s setting, token string) verdict {
	algorithm, ok := jwa.LookupSignatureAlgorithm(c.name)
	if !ok {
		panic("jwx does not know " + c.name)
	}
	options := []jwxjwt.ParseOption{
		jwxjwt.WithKey(algorithm, c.public), jwxjwt.WithValidate(true), jwxjwt.WithPedantic(true),
		jwxjwt.WithStrictStringClaims(true), jwxjwt.WithAcceptableSkew(s.leeway), jwxjwt.WithClock(jwxjwt.ClockFunc(now)),
		jwxjwt.WithIssuer(issuer), jwxjwt.WithRequiredClaim("exp"),
	}
	if s.audience != "" {
		options = append(options, jwxjwt.WithAudience(s.audience))
	}
	parsed, err := jwxjwt.ParseString(token, options...)
	if err != nil {
		return verdict{err: err}
	}
	v := verdict{}
	v.subject, _ = parsed.Subject()
	if expires, ok := parsed.Expiration(); ok {
		v.expires = expires.Unix()
	}
	return v
}
