package guards

import (
	"net/http"

	"github.com/golang-jwt/jwt/v5"
	echojwt "github.com/labstack/echo-jwt/v4"
	"github.com/labstack/echo/v4"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// echoGuard gives echo-jwt golang-jwt's strict parser and a struct for the
// claims, through the hook that it has for both.
func echoGuard(k fixture.Key, _ http.Handler) (http.Handler, error) {
	parser := peers.GolangJWTParser(k.Alg)
	keyFunc := func(*jwt.Token) (any, error) { return k.Public, nil }
	e := echo.New()
	e.Use(echojwt.WithConfig(echojwt.Config{
		ParseTokenFunc: func(_ echo.Context, text string) (any, error) {
			return parser.ParseWithClaims(text, new(peers.GolangJWTClaims), keyFunc)
		},
	}))
	e.GET(path, echoAuthorize)
	return e, nil
}

func echoAuthorize(c echo.Context) error {
	token, ok := c.Get("user").(*jwt.Token)
	if !ok {
		return echo.ErrUnauthorized
	}
	claims, ok := token.Claims.(*peers.GolangJWTClaims)
	if !ok {
		return echo.ErrUnauthorized
	}
	if !granted(claims.Scopes) {
		return echo.ErrForbidden
	}
	u, err := findUser(c.Request().Context(), claims.Subject)
	if err != nil {
		return echo.ErrUnauthorized
	}
	c.Set("account", u)
	found, _ := c.Get("account").(*User)
	admit(c.Response(), found)
	return nil
}
