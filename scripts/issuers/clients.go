package main

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	auth0jwks "github.com/auth0/go-jwt-middleware/v3/jwks"
	"github.com/auth0/go-jwt-middleware/v3/validator"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/httprc/v3"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/login"
)

// verify checks a token.
type verify func(ctx context.Context, token string) error

// client is one of the compared libraries, set up as its documentation has it, but
// for intervals that a run of two minutes would not see: keys are fresh for a second.
type client struct {
	name string
	open func(ctx context.Context, issuer string) (verify, error)
}

const audience = "api"

// errHangs is the error of a client that goes on after the caller's context ended.
var errHangs = errors.New("hangs")

// clients are in the order of the columns. Ours is the first.
var clients = []client{
	{"ours", openOurs}, {"keyfunc 3.9.1", openKeyfunc}, {"jwx 3.4.0 + httprc", openJWX}, {"go-oidc 3.21.0", openOIDC}, {"auth0 3.1.0", openAuth0},
}

func openOurs(_ context.Context, issuer string) (verify, error) {
	source, err := jwks.New(jwks.Config{URL: issuer + "/jwks", Fresh: time.Second, MinFresh: time.Second})
	if err != nil {
		return nil, err
	}
	// Without the cache of tokens, which the others do not have.
	v, err := login.NewVerifier(source, login.Config{Issuer: issuer, Audience: audience, CacheSize: -1})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, token string) error { _, err := v.Verify(ctx, token); return err }, nil
}

func openKeyfunc(ctx context.Context, issuer string) (verify, error) {
	k, err := keyfunc.NewDefaultCtx(ctx, []string{issuer + "/jwks"})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, token string) error {
		_, err := jwt.Parse(token, k.KeyfuncCtx(ctx), jwt.WithIssuer(issuer), jwt.WithAudience(audience))
		return err
	}, nil
}

func openJWX(ctx context.Context, issuer string) (verify, error) {
	cache, err := jwk.NewCache(ctx, httprc.NewClient())
	if err != nil {
		return nil, err
	}
	address := issuer + "/jwks"
	err = cache.Register(ctx, address, jwk.WithMinInterval(time.Second), jwk.WithMaxInterval(time.Second), jwk.WithWaitReady(false))
	if err != nil {
		return nil, err
	}
	set, err := cache.CachedSet(address)
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, token string) error { // Parse takes no context
		_, err := jwxjwt.Parse([]byte(token), jwxjwt.WithKeySet(set), jwxjwt.WithIssuer(issuer), jwxjwt.WithAudience(audience))
		return err
	}, nil
}

func openOIDC(ctx context.Context, issuer string) (verify, error) {
	v := oidc.NewVerifier(issuer, oidc.NewRemoteKeySet(ctx, issuer+"/jwks"), &oidc.Config{ClientID: audience})
	return func(ctx context.Context, token string) error { _, err := v.Verify(ctx, token); return err }, nil
}

func openAuth0(_ context.Context, issuer string) (verify, error) {
	u, err := url.Parse(issuer)
	if err != nil {
		return nil, err
	}
	provider, err := auth0jwks.NewCachingProvider(auth0jwks.WithIssuerURL(u), auth0jwks.WithCacheTTL(time.Minute))
	if err != nil {
		return nil, err
	}
	v, err := validator.New(validator.WithKeyFunc(provider.KeyFunc), validator.WithAlgorithm(validator.RS256),
		validator.WithIssuer(issuer), validator.WithAudience(audience))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, token string) error { _, err := v.ValidateToken(ctx, token); return err }, nil
}
