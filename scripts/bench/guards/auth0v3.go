package guards

import (
	"context"
	"net/http"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v3"
	"github.com/auth0/go-jwt-middleware/v3/validator"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

func auth0v3Guard(k fixture.Key, next http.Handler) (http.Handler, error) {
	v, err := validator.New(
		validator.WithKeyFunc(func(context.Context) (any, error) { return k.Public, nil }),
		validator.WithAlgorithm(validator.SignatureAlgorithm(k.Alg)),
		validator.WithIssuer(fixture.Issuer),
		validator.WithAudience(fixture.Audience),
		validator.WithCustomClaims(func() *auth0Claims { return &auth0Claims{} }),
	)
	if err != nil {
		return nil, err
	}
	m, err := jwtmiddleware.New(jwtmiddleware.WithValidator(v))
	if err != nil {
		return nil, err
	}
	return m.CheckJWT(auth0v3Authorize(next)), nil
}

func auth0v3Authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, err := jwtmiddleware.GetClaims[*validator.ValidatedClaims](r.Context())
		if err != nil || claims.RegisteredClaims.Expiry == 0 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		own, _ := claims.CustomClaims.(*auth0Claims)
		authorize(next, w, r, claims.RegisteredClaims.Subject, own.Scopes)
	})
}
