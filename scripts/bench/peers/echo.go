package peers

import (
	"slices"

	echojwt "github.com/labstack/echo-jwt/v4"
	"github.com/labstack/echo/v4"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// echoGuard gives echo-jwt golang-jwt's strict parser and a struct for the claims,
// through the hook that it has for both.
func echoGuard(k fixture.Key) func() Verify {
	parse := golangJWTParse(k)
	e := echo.New()
	e.Use(echojwt.WithConfig(echojwt.Config{
		ParseTokenFunc: func(_ echo.Context, text string) (any, error) {
			claims, err := parse(text)
			return &claims, err
		},
	}))
	e.GET("/articles", func(c echo.Context) error {
		claims := c.Get("user").(*golangJWTClaims)
		if !slices.Contains(claims.Scopes, wanted[0]) || !slices.Contains(claims.Scopes, wanted[1]) {
			return echo.ErrForbidden
		}
		u, err := findUser(c.Request().Context(), claims.Subject)
		if err != nil {
			return echo.ErrUnauthorized
		}
		c.Set("account", u)
		found, _ := c.Get("account").(*user)
		admit(c.Response(), found)
		return nil
	})
	return visitors(e, "Authorization", "Bearer ")
}
