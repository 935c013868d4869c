package peers

import (
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

type goJoseClaims struct {
	jwt.Claims
	Scopes []string `json:"scopes"`
}

func goJoseVerify(k fixture.Key) (Verify, error) {
	algorithms := []jose.SignatureAlgorithm{jose.SignatureAlgorithm(k.Alg)}
	return func(token string) (string, []string, error) {
		parsed, err := jwt.ParseSigned(token, algorithms)
		if err != nil {
			return "", nil, err
		}
		var claims goJoseClaims
		if err := parsed.Claims(k.Public, &claims); err != nil {
			return "", nil, err
		}
		if claims.Expiry == nil {
			return "", nil, errNoExpiry
		}
		if err := claims.ValidateWithLeeway(jwt.Expected{Time: time.Now()}, 0); err != nil {
			return "", nil, err
		}
		return claims.Subject, claims.Scopes, nil
	}, nil
}

func goJoseMint(k fixture.Key) (Mint, error) {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.SignatureAlgorithm(k.Alg), Key: k.Private},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, err
	}
	scopes := fixture.Scopes()
	return func() (string, error) {
		now := time.Now()
		return jwt.Signed(signer).Claims(goJoseClaims{
			Claims: jwt.Claims{
				Subject:  fixture.Subject,
				IssuedAt: jwt.NewNumericDate(now),
				Expiry:   jwt.NewNumericDate(now.Add(lifetime)),
				ID:       fixture.ID(),
			},
			Scopes: scopes,
		}).Serialize()
	}, nil
}
