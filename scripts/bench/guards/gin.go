package guards

import (
	"net/http"

	ginjwt "github.com/appleboy/gin-jwt/v3"
	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// ginGuard loads the user in gin-jwt's IdentityHandler and asks for the scopes
// in its Authorizer, as its documentation does.
func ginGuard(k fixture.Key, _ http.Handler) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	m, err := ginjwt.New(&ginjwt.GinJWTMiddleware{
		KeyFunc: func(*jwt.Token) (any, error) { return k.Public, nil },
		ParseOptions: []jwt.ParserOption{
			jwt.WithValidMethods([]string{k.Alg}), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(),
		},
		IdentityHandler: ginIdentity,
		Authorizer:      ginAuthorizer,
	})
	if err != nil {
		return nil, err
	}
	engine := gin.New()
	engine.GET(path, m.MiddlewareFunc(), func(c *gin.Context) {
		u, _ := c.MustGet(ginjwt.IdentityKey).(*User)
		admit(c.Writer, u)
	})
	return engine, nil
}

func ginIdentity(c *gin.Context) any {
	subject, _ := ginjwt.ExtractClaims(c)["sub"].(string)
	u, err := findUser(c.Request.Context(), subject)
	if err != nil {
		return nil
	}
	return u
}

func ginAuthorizer(c *gin.Context, identity any) bool {
	list, _ := ginjwt.ExtractClaims(c)["scopes"].([]any)
	return identity != nil && granted(peers.Texts(list))
}
