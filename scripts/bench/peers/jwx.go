package peers

import (
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

func jwxVerify(k fixture.Key) (Verify, error) {
	alg, ok := jwa.LookupSignatureAlgorithm(k.Alg)
	if !ok {
		return nil, errAlgorithm
	}
	options := []jwt.ParseOption{
		jwt.WithKey(alg, k.Public),
		jwt.WithValidate(true),
		jwt.WithRequiredClaim(jwt.ExpirationKey),
	}
	return func(token string) (string, []string, error) {
		parsed, err := jwt.ParseString(token, options...)
		if err != nil {
			return "", nil, err
		}
		var list []any // faster than WithTypedClaim, by measurement
		if err := parsed.Get("scopes", &list); err != nil {
			return "", nil, err
		}
		subject, _ := parsed.Subject()
		return subject, Texts(list), nil
	}, nil
}

// Texts returns the strings of a decoded JSON array.
func Texts(list []any) []string {
	texts := make([]string, 0, len(list))
	for _, element := range list {
		if s, ok := element.(string); ok {
			texts = append(texts, s)
		}
	}
	return texts
}

func jwxMint(k fixture.Key) (Mint, error) {
	alg, ok := jwa.LookupSignatureAlgorithm(k.Alg)
	if !ok {
		return nil, errAlgorithm
	}
	scopes := fixture.Scopes()
	return func() (string, error) {
		now := time.Now()
		token, err := jwt.NewBuilder().
			Subject(fixture.Subject).IssuedAt(now).Expiration(now.Add(lifetime)).
			JwtID(fixture.ID()).Claim("scopes", scopes).Build()
		if err != nil {
			return "", err
		}
		signed, err := jwt.Sign(token, jwt.WithKey(alg, k.Private))
		return string(signed), err
	}, nil
}
