package peers

import (
	"net/http"
	"slices"

	"github.com/go-chi/jwtauth/v5"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

func jwtauthGuard(k fixture.Key) func() Verify {
	auth := jwtauth.New(k.Alg, nil, k.Public, jwt.WithRequiredClaim(jwt.ExpirationKey))
	find := jwtauth.Verify(auth, jwtauth.TokenFromHeader)
	guard := find(jwtauth.Authenticator(auth)(jwtauthAuthorize(http.HandlerFunc(page))))
	return visitors(guard, "Authorization", "Bearer ")
}

// jwtauthAuthorize does the work that jwtauth leaves to the service: scopes, the
// user, and the user in the context.
func jwtauthAuthorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, claims, err := jwtauth.FromContext(r.Context())
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		subject, _ := claims["sub"].(string)
		list, _ := claims["scopes"].([]any)
		if !slices.Contains(list, any(wanted[0])) || !slices.Contains(list, any(wanted[1])) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		u, err := findUser(r.Context(), subject)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, withUser(r, u))
	})
}
