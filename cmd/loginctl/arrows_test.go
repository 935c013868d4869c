package main

// The arrows between the folders: what the files that are not tests may import
// beside the standard library. A prefix that ends in a slash allows all below it.
var arrows = map[string][]string{
	"pkg/keys": {
		"golang.org/x/text/unicode/norm", "golang.org/x/crypto/cryptobyte", "golang.org/x/crypto/cryptobyte/asn1",
		module + "/pkg/keys/internal/",
		"github.com/golang-jwt/jwt/v5",
		"github.com/go-jose/go-jose/v4",
		"github.com/go-json-experiment/json", "github.com/go-json-experiment/json/",
	},
	"pkg/keys/keyfile": {
		module + "/pkg/keys", module + "/pkg/keys/internal/", "golang.org/x/sys/",
		"github.com/go-json-experiment/json", "github.com/go-json-experiment/json/",
	},
	"pkg/keys/internal/keyerr": {},
	"pkg/keys/internal/der":    {module + "/pkg/keys/internal/keyerr", "golang.org/x/crypto/"},
	"pkg/keys/internal/pbe": {
		module + "/pkg/keys/internal/keyerr", module + "/pkg/keys/internal/der",
		"github.com/youmark/pkcs8",
		"golang.org/x/crypto/",
	},
	"pkg/keys/internal/keytext":     {module + "/pkg/keys/internal/"},
	"pkg/keys/internal/sshkey":      {module + "/pkg/keys/internal/keyerr", module + "/pkg/keys/internal/der", "golang.org/x/crypto/"},
	"pkg/keys/internal/textform":    {module + "/pkg/keys/internal/derform", "github.com/go-json-experiment/json", "github.com/go-json-experiment/json/"},
	"pkg/keys/internal/derform":     {"golang.org/x/crypto/"},
	"pkg/keys/internal/foreign":     {module + "/pkg/keys/internal/", "github.com/go-json-experiment/json", "github.com/go-json-experiment/json/"},
	"pkg/keys/internal/secretcheck": {module + "/pkg/keys/internal/", "github.com/go-json-experiment/json", "github.com/go-json-experiment/json/"},
	"pkg/internal/outbound":         {},
	"pkg/keys/jwks":                 {module + "/pkg/keys", module + "/pkg/keys/internal/keyerr", module + "/pkg/internal/outbound"},
	"pkg/keys/jwks/jwkstest":        {module + "/pkg/keys"},
	"pkg/login": {
		module + "/pkg/keys", module + "/pkg/login/dpop", module + "/pkg/login/internal/",
		"github.com/go-json-experiment/json", "github.com/go-json-experiment/json/",
	},
	"pkg/login/claim": {module + "/pkg/login", module + "/pkg/login/internal/", jsonModule},
	"pkg/login/dpop":  {module + "/pkg/keys", module + "/pkg/login/internal/jws"},
	"pkg/login/introspect": {
		module + "/pkg/internal/outbound", module + "/pkg/login", module + "/pkg/login/internal/jws",
		jsonModule, jsonModule + "/",
	},
	"pkg/login/pages":              {module + "/pkg/login", module + "/pkg/login/internal/"},
	"pkg/login/revocation":         {module + "/pkg/login", module + "/pkg/login/internal/revoked"},
	"pkg/login/unverified":         {module + "/pkg/login", module + "/pkg/login/internal/"},
	"pkg/login/internal/answer":    {},
	"pkg/login/internal/claimtext": {module + "/pkg/login/internal/jws", jsonModule, jsonModule + "/"},
	"pkg/login/internal/redact":    {},
	"pkg/login/internal/revoked":   {},
	"pkg/login/internal/browser":   {},
	"pkg/login/internal/oauth": {
		module + "/pkg/login/internal/answer", module + "/pkg/login/internal/jws",
		"github.com/go-json-experiment/json", "github.com/go-json-experiment/json/",
	},
	"pkg/login/internal/grammar": {},
	"pkg/login/internal/jws": {
		"github.com/go-json-experiment/json", "github.com/go-json-experiment/json/",
	},
	"pkg/login/internal/origin":     {},
	"pkg/login/internal/tokencache": {module + "/pkg/keys"},
	"pkg/login/session": {
		module + "/pkg/keys", module + "/pkg/login", module + "/pkg/login/claim", module + "/pkg/login/internal/",
		"github.com/go-json-experiment/json", "github.com/go-json-experiment/json/",
	},
	"pkg/login/limit":              {module + "/pkg/login"},
	"pkg/login/oauth":              {module + "/pkg/keys", module + "/pkg/login", module + "/pkg/login/claim", module + "/pkg/login/internal/answer", module + "/pkg/login/internal/oauth", jsonModule, jsonModule + "/"},
	"pkg/login/session/sqlstore":   {module + "/pkg/login", module + "/pkg/login/limit", module + "/pkg/login/session"},
	"pkg/login/session/redisstore": {module + "/pkg/login", module + "/pkg/login/limit", module + "/pkg/login/session", jsonModule},
	"pkg/login/session/sessiontest": {
		module + "/pkg/login", module + "/pkg/login/limit", module + "/pkg/login/logintest", module + "/pkg/login/session",
	},
	"pkg/login/adapt": {module + "/pkg/login"},
	"pkg/login/logintest": {
		module + "/pkg/keys", module + "/pkg/keys/jwks/jwkstest", module + "/pkg/login",
		"github.com/go-json-experiment/json",
	},
	"cmd/loginctl": {
		internals + "outcome", internals + "terminal", internals + "cmdline", internals + "help",
		internals + "tokencmd", internals + "keycmd", internals + "jwkscmd", internals + "lint", internals + "sessioncmd",
		"github.com/urfave/cli/v2",
	},
	"cmd/loginctl/internal/outcome": {
		module + "/pkg/keys", module + "/pkg/keys/keyfile", module + "/pkg/login",
	},
	"cmd/loginctl/internal/terminal": {
		internals + "outcome", jsonModule, jsonModule + "/", "golang.org/x/term", "golang.org/x/sys/windows",
	},
	"cmd/loginctl/internal/timetext": {internals + "terminal"},
	"cmd/loginctl/internal/cmdline": {
		internals + "outcome", internals + "terminal", internals + "timetext", "github.com/urfave/cli/v2",
	},
	"cmd/loginctl/internal/remoteset": {
		internals + "outcome", internals + "terminal", module + "/pkg/keys", module + "/pkg/keys/jwks", jsonModule,
	},
	"cmd/loginctl/internal/input": {
		internals + "remoteset", internals + "passtext", internals + "tokentext", internals + "outcome", internals + "terminal", internals + "cmdline",
		module + "/pkg/keys", module + "/pkg/keys/keyfile", module + "/pkg/login",
		"github.com/urfave/cli/v2", jsonModule, jsonModule + "/",
	},
	"cmd/loginctl/internal/verdict": {
		internals + "outcome", internals + "terminal", internals + "timetext", internals + "cmdline", internals + "input",
		module + "/pkg/keys", module + "/pkg/login", module + "/pkg/login/claim", "github.com/urfave/cli/v2", jsonModule, jsonModule + "/",
	},
	"cmd/loginctl/internal/lint": {
		internals + "verdict", internals + "tokentext", internals + "remoteset", internals + "outcome", internals + "terminal", internals + "timetext", internals + "cmdline", internals + "input",
		module + "/pkg/keys", module + "/pkg/keys/keyfile", module + "/pkg/login",
		"github.com/urfave/cli/v2", jsonModule, jsonModule + "/",
	},
	"cmd/loginctl/internal/keycmd": {
		internals + "outcome", internals + "terminal", internals + "timetext", internals + "cmdline", internals + "input",
		module + "/pkg/keys", module + "/pkg/keys/keyfile", module + "/pkg/login",
		"github.com/urfave/cli/v2", jsonModule, jsonModule + "/",
	},
	"cmd/loginctl/internal/jwkscmd": {
		internals + "remoteset", internals + "outcome", internals + "terminal", internals + "cmdline", internals + "input", internals + "keycmd",
		module + "/pkg/keys", module + "/pkg/keys/keyfile",
		"github.com/urfave/cli/v2", jsonModule, jsonModule + "/",
	},
	"cmd/loginctl/internal/sessioncmd": {
		internals + "outcome", internals + "terminal", internals + "cmdline",
		module + "/pkg/login/session/sqlstore", module + "/pkg/login/session/redisstore",
		"github.com/urfave/cli/v2",
	},
	"cmd/loginctl/internal/tokencmd": {
		internals + "tokentext", internals + "outcome", internals + "terminal", internals + "timetext", internals + "cmdline", internals + "input", internals + "verdict",
		module + "/pkg/keys", module + "/pkg/keys/keyfile", module + "/pkg/login", module + "/pkg/login/unverified",
		"github.com/urfave/cli/v2", jsonModule, jsonModule + "/",
	},
	"cmd/loginctl/internal/help": {
		internals + "outcome", internals + "terminal", internals + "cmdline", internals + "lint",
		module + "/completions", "github.com/urfave/cli/v2", jsonModule, jsonModule + "/",
	},
	"cmd/loginctl/internal/tokentext": {"github.com/go-json-experiment/json", "github.com/go-json-experiment/json/"},
	"cmd/loginctl/internal/passtext":  {},
	"completions":                     {},
	"scripts/mutate":                  {},
	"scripts/quickstart":              {module + "/pkg/keys", module + "/pkg/keys/keyfile", module + "/pkg/login"},
	"scripts/soak":                    {module + "/pkg/keys", module + "/pkg/login", module + "/pkg/login/revocation", module + "/pkg/login/unverified"},
	"scripts/soak/kill":               {module + "/pkg/keys", module + "/pkg/keys/keyfile"},
}
