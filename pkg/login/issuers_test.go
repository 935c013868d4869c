package login_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

const tenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// issuerConfigs are the configurations in ISSUERS.md, word by word.
var issuerConfigs = map[string]login.Config{
	"entra-v1": {
		Issuer:       "https://sts.windows.net/" + tenant + "/",
		Audience:     "api://my-api",
		SubjectClaim: "oid",
	},
	"entra-v2": {
		Issuer:       "https://login.microsoftonline.com/" + tenant + "/v2.0",
		Audience:     "my-api",
		SubjectClaim: "oid",
	},
	"entra-both": {
		Issuer:       "https://login.microsoftonline.com/" + tenant + "/v2.0",
		AlsoIssuers:  []string{"https://sts.windows.net/" + tenant + "/"},
		Audience:     "my-api",
		AlsoAccept:   []string{"api://my-api"},
		SubjectClaim: "oid",
	},
	"entra-tenants": {
		Issuer:       "https://login.microsoftonline.com/{tid}/v2.0",
		Tenants:      []string{tenant, "72f988bf-86f1-41af-91ab-2d7cd011db47"},
		Audience:     "my-api",
		SubjectClaim: "oid",
	},
	"entra-app": {
		Issuer:       "https://login.microsoftonline.com/" + tenant + "/v2.0",
		Audience:     "my-api",
		SubjectClaim: "oid",
		ScopeClaims:  []string{"roles"},
	},
	"auth0": {
		Issuer:      "https://tenant.eu.auth0.com/", // with the slash
		Audience:    "https://api.example.com",
		ScopeClaims: []string{"permissions"},
	},
	"keycloak": {
		Issuer:       "https://id.example.com/realms/main",
		Audience:     "my-api", // by an audience mapper
		ScopeClaims:  []string{"realm_access.roles"},
		SubjectClaim: "preferred_username", // lightweight tokens have no sub since 25
	},
	"okta": {
		Issuer:       "https://example.okta.com/oauth2/default",
		Audience:     "api://default",
		SubjectClaim: "uid",
	},
	"cognito": {
		Issuer:         "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool",
		ScopeClaims:    []string{"cognito:groups"},
		RequiredClaims: []string{"client_id", "token_use"},
		// An access token names its client in client_id and has no aud.
		Check: func(_ context.Context, c *login.Claims) error {
			client, _, err := claim.At[string](c, "client_id")
			use, _, err2 := claim.At[string](c, "token_use")
			if err != nil || err2 != nil || client != "app1" || use != "access" {
				return login.ErrClaims
			}
			return nil
		},
	},
	"google": {
		Issuer:      "https://accounts.google.com",
		AlsoIssuers: []string{"accounts.google.com"},
		Audience:    "client.apps.googleusercontent.com",
	},
	"firebase": {
		Issuer:         "https://securetoken.google.com/project",
		Audience:       "project",
		RequiredClaims: []string{"auth_time"},
	},
	"iap": {
		Header:   "X-Goog-IAP-JWT-Assertion",
		Issuer:   "https://cloud.google.com/iap",
		Audience: "/projects/1/global/backendServices/2",
		Leeway:   30 * time.Second,
	},
	"github-actions": {
		Issuer:   "https://token.actions.githubusercontent.com",
		Audience: "https://api.example.com",
		// Anyone on GitHub can get a token: say whose repositories count.
		Check: func(_ context.Context, c *login.Claims) error {
			if repository, _, _ := claim.At[string](c, "repository"); repository != "octo/app" {
				return login.ErrForbidden
			}
			return nil
		},
	},
	"gitlab": {
		Issuer:   "https://gitlab.com",
		Audience: "https://api.example.com",
		// Anyone on gitlab.com can get a token: say whose projects count.
		Check: func(_ context.Context, c *login.Claims) error {
			protected, _, _ := claim.At[claim.Bool](c, "ref_protected")
			project, _, _ := claim.At[string](c, "project_path")
			if project != "group/app" || !protected {
				return login.ErrForbidden
			}
			return nil
		},
	},
	"kubernetes": {
		Issuer:   "https://kubernetes.default.svc", // of the cluster: --service-account-issuer
		Audience: "my-api",                         // of the projected volume
	},
	"apple": {
		Issuer:   "https://appleid.apple.com",
		Audience: "com.example.app",
	},
	"cloudflare-access": {
		Header:    "Cf-Access-Jwt-Assertion",
		Locations: login.InHeader | login.InCookie,
		Cookie:    login.Cookie{Name: "CF_Authorization"},
		Issuer:    "https://team.cloudflareaccess.com",
		Audience:  "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2",
	},
	"zitadel": {
		Issuer:   "https://example.zitadel.cloud",
		Audience: "project",
		// Roles are the names of members.
		Check: func(_ context.Context, c *login.Claims) error {
			roles, _, err := claim.At[map[string]any](c, "urn:zitadel:iam:org:project:roles")
			if _, ok := roles["posts.read"]; err != nil || !ok {
				return login.ErrForbidden
			}
			return nil
		},
	},
}

// Each configuration admits the token of its issuer, and none for another audience, of
// another issuer, or without the permission.
func TestIssuers(t *testing.T) {
	page, err := os.ReadFile("ISSUERS.md")
	if err != nil {
		t.Fatal(err)
	}
	rsa, ec := logintest.Key(t, keys.RS256), logintest.Key(t, keys.ES256)
	scoped := map[string]bool{"entra-v1": true, "entra-v2": true, "entra-both": true, "entra-tenants": true, "entra-app": true, "auth0": true, "keycloak": true, "okta": true, "cognito": true}
	now := time.Now()
	for name, config := range issuerConfigs {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(string(page), "`"+name+"`") {
				t.Error("ISSUERS.md does not have it")
			}
			key := rsa
			if name == "iap" {
				key = ec
			}
			auth, err := login.New(published(t, name, config, key), login.ClaimsOnly, config)
			if err != nil {
				t.Fatal(err)
			}
			var scopes []string
			if scoped[name] {
				scopes = []string{"posts.read"}
			}
			ask := func(change func(map[string]any)) int {
				t.Helper()
				claims := logintest.Shape(shapeOf(name), now)
				change(claims)
				token, err := logintest.SignClaims(key, claims)
				if err != nil {
					t.Fatal(err)
				}
				request := logintest.Get("/").Bearer(token)
				if config.Header != "" {
					request = logintest.Get("/").Header(config.Header, token)
				}
				return request.Serve(auth.Require(scopes...)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))).Code
			}
			if got := ask(func(map[string]any) {}); got != 200 {
				t.Errorf("its token: %d", got)
			}
			for what, change := range map[string]func(map[string]any){
				"another audience": func(c map[string]any) { c["aud"] = "other" },
				"another issuer":   func(c map[string]any) { c["iss"] = fmt.Sprint(c["iss"], "x") },
				"expired":          func(c map[string]any) { c["exp"] = now.Add(-time.Hour).Unix() },
				"no subject":       func(c map[string]any) { delete(c, "sub"); delete(c, config.SubjectClaim) },
			} {
				if got := ask(change); got != 401 {
					t.Errorf("%s: %d", what, got)
				}
			}
			for _, claim := range []string{"scp", "roles", "permissions", "realm_access", "cognito:groups", "repository", "project_path", "urn:zitadel:iam:org:project:roles"} {
				if _, has := logintest.Shape(shapeOf(name), now)[claim]; !has {
					continue
				}
				if got := ask(func(c map[string]any) { delete(c, claim) }); got != 403 {
					t.Errorf("without %s: %d", claim, got)
				}
			}
		})
	}
}

// shapeOf names the shape of the tokens of a configuration.
func shapeOf(name string) string {
	switch name {
	case "entra-both":
		return "entra-v1"
	case "entra-tenants":
		return "entra-v2"
	}
	return name
}

// published is a source that reads the key of an issuer as its users do: the metadata
// name the set, whose entry has the members that the issuer writes, beside one for
// encryption.
func published(t *testing.T, name string, config login.Config, key *keys.SigningKey) *jwks.Client {
	t.Helper()
	text, err := keys.MarshalPublicJWK(key.VerificationKey())
	if err != nil {
		t.Fatal(err)
	}
	entry := map[string]any{}
	if err := json.Unmarshal(text, &entry); err != nil {
		t.Fatal(err)
	}
	entry["use"], entry["x5t"], entry["kid"] = "sig", "dGh1bWJwcmludA", key.ID()
	if strings.HasPrefix(name, "entra") {
		delete(entry, "alg")
		entry["issuer"] = "https://login.microsoftonline.com/{tenantid}/v2.0"
	}
	encryption := maps.Clone(entry)
	encryption["use"], encryption["alg"] = "enc", "RSA-OAEP"
	answer := func(r *http.Request) any {
		if strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration") {
			return map[string]string{"issuer": config.Issuer, "jwks_uri": "https://keys.example/" + name}
		}
		return map[string]any{"keys": []any{encryption, entry}}
	}
	source := jwks.Config{
		Issuer: config.Issuer, Algorithms: []keys.Algorithm{key.Algorithm()},
		HTTPClient: &http.Client{Transport: answering(answer)},
	}
	if name == "iap" || name == "cloudflare-access" || name == "entra-tenants" { // see the page
		source.Issuer, source.URL = "", "https://keys.example/"+name
	}
	client, err := jwks.New(source)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// answering is a transport that answers with JSON.
type answering func(*http.Request) any

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Content-Type", "application/json")
	err := json.NewEncoder(recorder).Encode(f(r))
	return recorder.Result(), err
}

// The page has the code that was tested.
func TestIssuersPage(t *testing.T) {
	page, err := os.ReadFile("ISSUERS.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("issuers_test.go")
	if err != nil {
		t.Fatal(err)
	}
	squeeze := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	tested, shown := squeeze(string(source)), 0
	for i, block := range strings.Split(string(page), "```go\nlogin.Config{\n") {
		code, _, found := strings.Cut(block, "\n}\n```")
		if i == 0 || !found {
			continue
		}
		shown++
		if !strings.Contains(tested, squeeze(code)) {
			t.Errorf("this configuration is not tested:\n%s", code)
		}
	}
	if shown != len(issuerConfigs) {
		t.Errorf("ISSUERS.md shows %d configurations of %d", shown, len(issuerConfigs))
	}
}
