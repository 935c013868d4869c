package guards

import (
	"net/http"

	"github.com/go-chi/jwtauth/v5"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

func jwtauthGuard(k fixture.Key, next http.Handler) (http.Handler, error) {
	auth := jwtauth.New(k.Alg, nil, k.Public, jwt.WithRequiredClaim(jwt.ExpirationKey))
	find := jwtauth.Verify(auth, jwtauth.TokenFromHeader)
	return find(jwtauth.Authenticator(auth)(jwtauthAuthorize(next))), nil
}

func jwtauthAuthorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, claims, err := jwtauth.FromContext(r.Context())
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		subject, _ := claims["sub"].(string)
		list, _ := claims["scopes"].([]any)
		scopes := make([]string, 0, len(list))
		for _, element := range list {
			if s, ok := element.(string); ok {
				scopes = append(scopes, s)
			}
		}
		authorize(next, w, r, subject, scopes)
	})
}
