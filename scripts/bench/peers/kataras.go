package peers

import (
	"time"

	"github.com/kataras/jwt"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// katarasAlg returns the algorithm in the library's own form.
func katarasAlg(name string) (jwt.Alg, error) {
	for _, alg := range []jwt.Alg{jwt.HS256, jwt.RS256, jwt.ES256, jwt.EdDSA} {
		if alg.Name() == name {
			return alg, nil
		}
	}
	return nil, errAlgorithm
}

func katarasVerify(k fixture.Key) (Verify, error) {
	alg, err := katarasAlg(k.Alg)
	if err != nil {
		return nil, err
	}
	return func(token string) (string, []string, error) {
		verified, err := jwt.Verify(alg, k.Public, []byte(token))
		if err != nil {
			return "", nil, err
		}
		if verified.StandardClaims.Expiry == 0 {
			return "", nil, errNoExpiry
		}
		var own struct {
			Scopes []string `json:"scopes"`
		}
		err = verified.Claims(&own)
		return verified.StandardClaims.Subject, own.Scopes, err
	}, nil
}

func katarasMint(k fixture.Key) (Mint, error) {
	alg, err := katarasAlg(k.Alg)
	if err != nil {
		return nil, err
	}
	type claims struct {
		jwt.Claims
		Scopes []string `json:"scopes"`
	}
	scopes := fixture.Scopes()
	return func() (string, error) {
		now := time.Now()
		token, err := jwt.Sign(alg, k.Private, claims{
			Claims: jwt.Claims{
				Subject:  fixture.Subject,
				IssuedAt: now.Unix(),
				Expiry:   now.Add(lifetime).Unix(),
				ID:       fixture.ID(),
			},
			Scopes: scopes,
		})
		return string(token), err
	}, nil
}
