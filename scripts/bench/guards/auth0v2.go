package guards

import (
	"context"
	"net/http"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v2"
	"github.com/auth0/go-jwt-middleware/v2/validator"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// auth0Claims is the custom part of the claims, for both major versions.
type auth0Claims struct {
	Scopes []string `json:"scopes"`
}

// Validate leaves the judgement of the scopes to the handler, where the
// answer can be 403.
func (*auth0Claims) Validate(context.Context) error { return nil }

func auth0v2Guard(k fixture.Key, next http.Handler) (http.Handler, error) {
	v, err := validator.New(
		func(context.Context) (any, error) { return k.Public, nil },
		validator.SignatureAlgorithm(k.Alg), fixture.Issuer, []string{fixture.Audience},
		validator.WithCustomClaims(func() validator.CustomClaims { return &auth0Claims{} }),
	)
	if err != nil {
		return nil, err
	}
	return jwtmiddleware.New(v.ValidateToken).CheckJWT(auth0v2Authorize(next)), nil
}

func auth0v2Authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, ok := r.Context().Value(jwtmiddleware.ContextKey{}).(*validator.ValidatedClaims)
		if !ok || claims.RegisteredClaims.Expiry == 0 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		own, _ := claims.CustomClaims.(*auth0Claims)
		authorize(next, w, r, claims.RegisteredClaims.Subject, own.Scopes)
	})
}
