package guards

import (
	"net/http"
	"reflect"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// cookieName is the cookie that carries a token when no name is configured.
const cookieName = "access-token"

// cacheSize asks for the cache where it is off by default.
const cacheSize = 4096

// loginctlGuard is our middleware under config.
func loginctlGuard(config login.Config) func(fixture.Key, http.Handler) (http.Handler, error) {
	return func(k fixture.Key, _ http.Handler) (http.Handler, error) {
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
}

// byCookie reads tokens from the cookie. Its field was renamed; it is set by
// either name, so that scripts/bench.sh --against can be given older revisions.
func byCookie() login.Config {
	config := login.Config{CacheSize: -1}
	for _, name := range []string{"Locations", "Sources"} {
		if field := reflect.ValueOf(&config).Elem().FieldByName(name); field.IsValid() {
			field.SetUint(2) // the bit of the cookie; the header's is 1
		}
	}
	return config
}
