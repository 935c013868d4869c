package peers

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"time"

	"github.com/cristalhq/jwt/v5"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

type cristalhqClaims struct {
	jwt.RegisteredClaims
	Scopes []string `json:"scopes"`
}

func cristalhqVerify(k fixture.Key) func() Verify {
	_, verifier := cristalhqKey(k)
	return shared(Verify(func(token string) error {
		var claims cristalhqClaims
		if err := jwt.ParseClaims([]byte(token), verifier, &claims); err != nil {
			return err
		}
		if claims.ExpiresAt == nil || !claims.IsValidAt(time.Now()) {
			return errors.New("expired, or no exp")
		}
		return matches(claims.Subject, claims.Scopes)
	}))
}

func cristalhqMint(k fixture.Key) func() Mint {
	signer, _ := cristalhqKey(k)
	builder := jwt.NewBuilder(signer)
	return shared(Mint(func() (string, error) {
		now := time.Now()
		token, err := builder.Build(&cristalhqClaims{
			RegisteredClaims: jwt.RegisteredClaims{
				Subject:   fixture.Subject,
				IssuedAt:  jwt.NewNumericDate(now),
				ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
				ID:        fixture.ID(),
			},
			Scopes: wanted,
		})
		if err != nil {
			return "", err
		}
		return token.String(), nil
	}))
}

func cristalhqKey(k fixture.Key) (jwt.Signer, jwt.Verifier) {
	switch private := k.Private.(type) {
	case *rsa.PrivateKey:
		return fixture.Must(jwt.NewSignerRS(jwt.RS256, private)), fixture.Must(jwt.NewVerifierRS(jwt.RS256, &private.PublicKey))
	case *ecdsa.PrivateKey:
		return fixture.Must(jwt.NewSignerES(jwt.ES256, private)), fixture.Must(jwt.NewVerifierES(jwt.ES256, &private.PublicKey))
	case ed25519.PrivateKey:
		return fixture.Must(jwt.NewSignerEdDSA(private)), fixture.Must(jwt.NewVerifierEdDSA(k.Public.(ed25519.PublicKey)))
	}
	return fixture.Must(jwt.NewSignerHS(jwt.HS256, k.Text)), fixture.Must(jwt.NewVerifierHS(jwt.HS256, k.Text))
}
