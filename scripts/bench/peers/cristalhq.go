package peers

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"time"

	"github.com/cristalhq/jwt/v5"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

type cristalhqClaims struct {
	jwt.RegisteredClaims
	Scopes []string `json:"scopes"`
}

func cristalhqVerify(k fixture.Key) (Verify, error) {
	verifier, err := cristalhqVerifier(k)
	if err != nil {
		return nil, err
	}
	return func(token string) (string, []string, error) {
		var claims cristalhqClaims
		if err := jwt.ParseClaims([]byte(token), verifier, &claims); err != nil {
			return "", nil, err
		}
		if claims.ExpiresAt == nil {
			return "", nil, errNoExpiry
		}
		if now := time.Now(); !claims.IsValidAt(now) {
			return "", nil, errExpired
		}
		return claims.Subject, claims.Scopes, nil
	}, nil
}

func cristalhqVerifier(k fixture.Key) (jwt.Verifier, error) {
	switch public := k.Public.(type) {
	case []byte:
		return jwt.NewVerifierHS(jwt.HS256, public)
	case *rsa.PublicKey:
		return jwt.NewVerifierRS(jwt.RS256, public)
	case *ecdsa.PublicKey:
		return jwt.NewVerifierES(jwt.ES256, public)
	case ed25519.PublicKey:
		return jwt.NewVerifierEdDSA(public)
	default:
		return nil, errAlgorithm
	}
}

func cristalhqMint(k fixture.Key) (Mint, error) {
	signer, err := cristalhqSigner(k)
	if err != nil {
		return nil, err
	}
	builder, scopes := jwt.NewBuilder(signer), fixture.Scopes()
	return func() (string, error) {
		now := time.Now()
		token, err := builder.Build(&cristalhqClaims{
			RegisteredClaims: jwt.RegisteredClaims{
				Subject:   fixture.Subject,
				IssuedAt:  jwt.NewNumericDate(now),
				ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
				ID:        fixture.ID(),
			},
			Scopes: scopes,
		})
		if err != nil {
			return "", err
		}
		return token.String(), nil
	}, nil
}

func cristalhqSigner(k fixture.Key) (jwt.Signer, error) {
	switch private := k.Private.(type) {
	case []byte:
		return jwt.NewSignerHS(jwt.HS256, private)
	case *rsa.PrivateKey:
		return jwt.NewSignerRS(jwt.RS256, private)
	case *ecdsa.PrivateKey:
		return jwt.NewSignerES(jwt.ES256, private)
	case ed25519.PrivateKey:
		return jwt.NewSignerEdDSA(private)
	default:
		return nil, errAlgorithm
	}
}
