package peers

import (
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// GolangJWTClaims is the struct that golang-jwt's documentation recommends.
type GolangJWTClaims struct {
	jwt.RegisteredClaims
	Scopes []string `json:"scopes"`
}

// GolangJWTParser is golang-jwt with its strict options on.
func GolangJWTParser(alg string) *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{alg}),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(),
	)
}

func golangJWTVerify(k fixture.Key) (Verify, error) {
	parser := GolangJWTParser(k.Alg)
	keyFunc := func(*jwt.Token) (any, error) { return k.Public, nil }
	return func(token string) (string, []string, error) {
		var claims GolangJWTClaims
		if _, err := parser.ParseWithClaims(token, &claims, keyFunc); err != nil {
			return "", nil, err
		}
		return claims.Subject, claims.Scopes, nil
	}, nil
}

func golangJWTMint(k fixture.Key) (Mint, error) {
	method := jwt.GetSigningMethod(k.Alg)
	if method == nil {
		return nil, errAlgorithm
	}
	scopes := fixture.Scopes()
	return func() (string, error) {
		now := time.Now()
		return jwt.NewWithClaims(method, &GolangJWTClaims{
			RegisteredClaims: jwt.RegisteredClaims{
				Subject:   fixture.Subject,
				IssuedAt:  jwt.NewNumericDate(now),
				ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
				ID:        fixture.ID(),
			},
			Scopes: scopes,
		}).SignedString(k.Private)
	}, nil
}
