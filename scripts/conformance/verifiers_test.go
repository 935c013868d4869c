package conformance

import (
	"context"
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

	"github.com/loginctl/loginctl/pkg/login"
)

// jwx has an option that is set for the whole process: dates are numbers, not RFC 3339.
func TestMain(m *testing.M) {
	jwxjwt.Settings(jwxjwt.WithNumericDateParsePedantic(true))
	os.Exit(m.Run())
}

// What every verifier is told to expect.
const (
	issuer   = "https://issuer.example"
	audience = "api"
	clock    = 1_760_000_000
)

func now() time.Time { return time.Unix(clock, 0) }

// verdict is what a verifier says of a token. Who accepts it must also read it the same way.
type verdict struct {
	err     error
	subject string
	expires int64
}

// verifier checks a token against one key, as strictly as its options allow.
type verifier struct {
	name  string
	check func(c credential, token string) verdict
}

var peers = []verifier{
	{"golang-jwt", golangJWT},
	{"golang-jwt structs", golangJWTStruct},
	{"go-jose", goJose},
	{"jwx", jwx},
}

// ourVerifiers holds one verifier for each algorithm: they are safe for concurrent use.
var ourVerifiers = sync.OnceValue(func() map[string]*login.Verifier {
	made := map[string]*login.Verifier{}
	for _, c := range keyring() {
		made[c.name] = must(login.NewVerifier(c.ours, login.Config{Issuer: issuer, Audience: audience, Now: now}))
	}
	return made
})

func ours(c credential, token string) verdict {
	claims, err := ourVerifiers()[c.name].Verify(context.Background(), token)
	if err != nil {
		return verdict{err: err}
	}
	return verdict{subject: claims.Subject, expires: claims.ExpiresAt.Unix()}
}

func golangJWTParser(c credential) *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{c.name}), jwt.WithStrictDecoding(), jwt.WithJSONNumber(),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithTimeFunc(now),
	)
}

func golangJWT(c credential, token string) verdict {
	claims := jwt.MapClaims{}
	_, err := golangJWTParser(c).ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return c.public, nil })
	return golangJWTVerdict(claims, err)
}

func golangJWTStruct(c credential, token string) verdict {
	claims := &jwt.RegisteredClaims{}
	_, err := golangJWTParser(c).ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return c.public, nil })
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

func goJose(c credential, token string) verdict {
	parsed, err := josejwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(c.name)})
	if err != nil {
		return verdict{err: err}
	}
	var claims josejwt.Claims
	if err := parsed.Claims(c.public, &claims); err != nil {
		return verdict{err: err}
	}
	expected := josejwt.Expected{Issuer: issuer, AnyAudience: josejwt.Audience{audience}, Time: now()}
	if err := claims.ValidateWithLeeway(expected, 0); err != nil {
		return verdict{err: err}
	}
	if claims.Expiry == nil { // it has no option that asks for exp
		return verdict{err: errors.New("no exp")}
	}
	return verdict{subject: claims.Subject, expires: claims.Expiry.Time().Unix()}
}

func jwx(c credential, token string) verdict {
	algorithm, ok := jwa.LookupSignatureAlgorithm(c.name)
	if !ok {
		panic("jwx does not know " + c.name)
	}
	parsed, err := jwxjwt.ParseString(token,
		jwxjwt.WithKey(algorithm, c.public), jwxjwt.WithValidate(true), jwxjwt.WithPedantic(true),
		jwxjwt.WithStrictStringClaims(true), jwxjwt.WithAcceptableSkew(0), jwxjwt.WithClock(jwxjwt.ClockFunc(now)),
		jwxjwt.WithIssuer(issuer), jwxjwt.WithAudience(audience), jwxjwt.WithRequiredClaim("exp"),
	)
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
