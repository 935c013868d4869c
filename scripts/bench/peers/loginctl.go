package peers

import (
	"context"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// SigningKey returns k as this project's own key.
func SigningKey(k fixture.Key) (*keys.SigningKey, error) {
	if secret, ok := k.Private.([]byte); ok {
		return keys.ParseSecret(secret, keys.HS256)
	}
	return keys.Parse(k.Text)
}

// LoginctlVerify verifies with our verifier under config.
func LoginctlVerify(config login.Config) func(fixture.Key) (Verify, error) {
	return func(k fixture.Key) (Verify, error) {
		key, err := SigningKey(k)
		if err != nil {
			return nil, err
		}
		verifier, err := login.NewVerifier(key.VerificationKey(), config)
		if err != nil {
			return nil, err
		}
		ctx := context.Background()
		return func(token string) (string, []string, error) {
			claims, err := verifier.Verify(ctx, token)
			if err != nil {
				return "", nil, err
			}
			return claims.Subject, claims.Scopes, nil
		}, nil
	}
}

// LoginctlMint issues tokens with our issuer.
func LoginctlMint(k fixture.Key) (Mint, error) {
	key, err := SigningKey(k)
	if err != nil {
		return nil, err
	}
	issuer, err := login.NewIssuer(key, login.Config{})
	if err != nil {
		return nil, err
	}
	scopes := fixture.Scopes()
	return func() (string, error) {
		token, err := issuer.Issue(login.Grant{Subject: fixture.Subject, Scopes: scopes})
		if err != nil {
			return "", err
		}
		return token.Reveal(), nil
	}, nil
}
