package peers

import (
	"context"
	"net/http"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// noCache makes every operation a verification.
const noCache = -1

// SigningKey returns k as this project's own key.
func SigningKey(k fixture.Key) *keys.SigningKey {
	if secret, ok := k.Private.([]byte); ok {
		return fixture.Must(keys.ParseSecret(secret, keys.HS256))
	}
	return fixture.Must(keys.Parse(k.Text))
}

// LoginctlVerify verifies with a cache of that many tokens.
func LoginctlVerify(cache int) func(fixture.Key) func() Verify {
	return func(k fixture.Key) func() Verify {
		verifier := fixture.Must(login.NewVerifier(SigningKey(k).VerificationKey(), login.Config{CacheSize: cache}))
		ctx := context.Background()
		return shared(Verify(func(token string) error {
			claims, err := verifier.Verify(ctx, token)
			if err != nil {
				return err
			}
			return matches(claims.Subject, claims.Scopes)
		}))
	}
}

// LoginctlMint issues tokens with our issuer.
func LoginctlMint(k fixture.Key) func() Mint {
	issuer := fixture.Must(login.NewIssuer(SigningKey(k), login.Config{}))
	return shared(Mint(func() (string, error) {
		token, err := issuer.Issue(login.Grant{Subject: fixture.Subject, Scopes: wanted})
		if err != nil {
			return "", err
		}
		return token.Reveal(), nil
	}))
}

func loginctlGuard(cache int) func(fixture.Key) func() Verify {
	return func(k fixture.Key) func() Verify {
		return visitors(loginctlHandler(k, login.Config{CacheSize: cache}), "Authorization", "Bearer ")
	}
}

func loginctlCookieGuard(k fixture.Key) func() Verify {
	handler := loginctlHandler(k, login.Config{CacheSize: noCache, Locations: login.InCookie})
	return visitors(handler, "Cookie", "access-token=") // the name when none is configured
}

func loginctlHandler(k fixture.Key, config login.Config) http.Handler {
	auth := fixture.Must(login.New(SigningKey(k).VerificationKey(), findUser, config))
	return auth.Require(fixture.Scopes()...)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u, _ := auth.User(r.Context())
		admit(w, u)
	}))
}
