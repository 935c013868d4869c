package guards

import (
	"net/http"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// cookieName is the cookie that carries a token when none is configured.
const cookieName = "access-token"

// cacheSize asks for the cache where it is off by default.
const cacheSize = 4096

func loginctlUncached(k fixture.Key, _ http.Handler) (http.Handler, error) {
	return LoginctlGuard(k, login.Config{CacheSize: -1})
}

func loginctlCached(k fixture.Key, _ http.Handler) (http.Handler, error) {
	return LoginctlGuard(k, login.Config{CacheSize: cacheSize})
}

func loginctlCookie(k fixture.Key, _ http.Handler) (http.Handler, error) {
	return LoginctlGuard(k, login.Config{CacheSize: -1, Locations: login.InCookie})
}

func loginctlIssuer(k fixture.Key, _ http.Handler) (http.Handler, error) {
	return LoginctlGuard(k, login.Config{CacheSize: -1, Issuer: fixture.Issuer, Audience: fixture.Audience})
}

// LoginctlGuard is our middleware under config.
func LoginctlGuard(k fixture.Key, config login.Config) (http.Handler, error) {
	key, err := peers.SigningKey(k)
	if err != nil {
		return nil, err
	}
	auth, err := login.New(key.VerificationKey(), findUser, config)
	if err != nil {
		return nil, err
	}
	return auth.Require(fixture.Scopes()...)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u, _ := auth.User(r.Context())
		admit(w, u)
	})), nil
}
