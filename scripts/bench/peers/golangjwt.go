package peers

import (
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// golangJWTClaims is the struct that golang-jwt's documentation recommends.
type golangJWTClaims struct {
	jwt.RegisteredClaims
	Scopes []string `json:"scopes"`
}

// golangJWTParse is golang-jwt with its strict options on.
func golangJWTParse(k fixture.Key) func(token string) (golangJWTClaims, error) {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{k.Alg}), jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(), jwt.WithStrictDecoding())
	keyFunc := func(*jwt.Token) (any, error) { return k.Public, nil }
	return func(token string) (claims golangJWTClaims, err error) {
		_, err = parser.ParseWithClaims(token, &claims, keyFunc)
		return claims, err
	}
}

// GolangJWTVerify verifies into a struct.
func GolangJWTVerify(k fixture.Key) func() Verify {
	parse := golangJWTParse(k)
	return shared(Verify(func(token string) error {
		claims, err := parse(token)
		if err != nil {
			return err
		}
		return matches(claims.Subject, claims.Scopes)
	}))
}

func golangJWTMint(k fixture.Key) func() Mint {
	method := jwt.GetSigningMethod(k.Alg)
	return shared(Mint(func() (string, error) {
		now := time.Now()
		return jwt.NewWithClaims(method, &golangJWTClaims{
			RegisteredClaims: jwt.RegisteredClaims{
				Subject:   fixture.Subject,
				IssuedAt:  jwt.NewNumericDate(now),
				ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
				ID:        fixture.ID(),
			},
			Scopes: wanted,
		}).SignedString(k.Private)
	}))
}
