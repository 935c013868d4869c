package login

import (
	"encoding/json"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestOpenAPI(t *testing.T) {
	scopes := map[string]string{"read": "Read posts"}
	tests := []struct {
		name       string
		config     Config
		components string
		security   string // of an operation with the scope read
	}{
		{"the header", Config{},
			`{"securitySchemes":{"LoginManagerBearer":{"bearerFormat":"JWT","scheme":"bearer","type":"http"}}}`,
			`[{"LoginManagerBearer":["read"]}]`},
		{"the header with a login", Config{TokenURL: "/login", Scopes: scopes},
			`{"securitySchemes":{"LoginManager":{"flows":{"password":{"scopes":{"read":"Read posts"},"tokenUrl":"/login"}},"type":"oauth2"},"LoginManagerBearer":{"bearerFormat":"JWT","scheme":"bearer","type":"http"}}}`,
			`[{"LoginManager":["read"]}]`},
		{"the cookie", Config{Locations: InCookie},
			`{"securitySchemes":{"LoginManagerCookie":{"in":"cookie","name":"access-token","type":"apiKey"}}}`,
			`[{"LoginManagerCookie":["read"]}]`},
		{"an authorization code", Config{TokenURL: "https://id.example/token", AuthorizationURL: "https://id.example/authorize", Scopes: scopes},
			`{"securitySchemes":{"LoginManager":{"flows":{"authorizationCode":{"authorizationUrl":"https://id.example/authorize","scopes":{"read":"Read posts"},"tokenUrl":"https://id.example/token"}},"type":"oauth2"},"LoginManagerBearer":{"bearerFormat":"JWT","scheme":"bearer","type":"http"}}}`,
			`[{"LoginManager":["read"]}]`},
		{"OpenID Connect", Config{OpenIDConnectURL: "https://id.example/.well-known/openid-configuration"},
			`{"securitySchemes":{"LoginManager":{"openIdConnectUrl":"https://id.example/.well-known/openid-configuration","type":"openIdConnect"},"LoginManagerBearer":{"bearerFormat":"JWT","scheme":"bearer","type":"http"}}}`,
			`[{"LoginManager":["read"]}]`},
		{"another header", Config{Header: "X-Goog-IAP-JWT-Assertion"},
			`{"securitySchemes":{"LoginManagerBearer":{"in":"header","name":"X-Goog-Iap-Jwt-Assertion","type":"apiKey"}}}`,
			`[{"LoginManagerBearer":["read"]}]`},
		{"another scheme", Config{Scheme: "Token"},
			`{"securitySchemes":{"LoginManagerBearer":{"scheme":"token","type":"http"}}}`,
			`[{"LoginManagerBearer":["read"]}]`},
		{"both with another name", Config{Locations: InHeader | InCookie, SchemeName: "Staff", Cookie: Cookie{Name: "__Host-staff"}},
			`{"securitySchemes":{"StaffBearer":{"bearerFormat":"JWT","scheme":"bearer","type":"http"},"StaffCookie":{"in":"cookie","name":"__Host-staff","type":"apiKey"}}}`,
			`[{"StaffBearer":["read"]},{"StaffCookie":["read"]}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newManager(t, func(c *Config) { *c = tt.config })
			if got := asJSON(t, m.OpenAPI()); got != tt.components {
				t.Errorf("components\n%s, want\n%s", got, tt.components)
			}
			if got := asJSON(t, m.Security("read")); got != tt.security {
				t.Errorf("security %s, want %s", got, tt.security)
			}
		})
	}
	if got := asJSON(t, newManager(t, nil).Security()); got != `[{"LoginManagerBearer":[]}]` {
		t.Errorf("without scopes: %s", got)
	}
}

// A caller that changes the result does not change the manager.
func TestOpenAPIIsACopy(t *testing.T) {
	scopes := map[string]string{"read": "Read posts"}
	m := newManager(t, func(c *Config) { c.TokenURL, c.Scopes = "/login", scopes })
	before := asJSON(t, m.OpenAPI())
	scopes["admin"] = "Everything"
	clear(m.OpenAPI()["securitySchemes"].(map[string]any))
	m.Security("read")[0]["LoginManager"][0] = "admin"
	if after := asJSON(t, m.OpenAPI()); after != before {
		t.Errorf("before %s\nafter  %s", before, after)
	}
}

// Each issuer with an address adds its scheme, and a client may log in at any of them.
func TestOpenAPIOfSeveralIssuers(t *testing.T) {
	further := func(issuer string, config Config) *Verifier {
		config.Issuer = issuer
		config.SubjectOf = func(c *Claims) (string, error) { return issuer + c.Subject, nil }
		v, err := NewVerifier(testKey(keys.RS256).VerificationKey(), config)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	named := further("a", Config{SchemeName: "A", OpenIDConnectURL: "https://a.example/oidc"})
	m, err := New(testKey(keys.RS256), ClaimsOnly, Config{Issuer: "own", TokenURL: "/login"}, named, further("b", Config{}))
	if err != nil {
		t.Fatal(err)
	}
	const components = `{"securitySchemes":{"A":{"openIdConnectUrl":"https://a.example/oidc","type":"openIdConnect"},` +
		`"LoginManager":{"flows":{"password":{"scopes":{},"tokenUrl":"/login"}},"type":"oauth2"},` +
		`"LoginManagerBearer":{"bearerFormat":"JWT","scheme":"bearer","type":"http"}}}`
	if got := asJSON(t, m.OpenAPI()); got != components {
		t.Errorf("components\n%s, want\n%s", got, components)
	}
	if got := asJSON(t, m.Security("read")); got != `[{"LoginManager":["read"]},{"A":["read"]}]` {
		t.Errorf("security %s", got)
	}
	unnamed := further("c", Config{OpenIDConnectURL: "https://c.example/oidc"})
	if _, err := New(testKey(keys.RS256), ClaimsOnly, Config{Issuer: "own", TokenURL: "/login"}, unnamed); err == nil {
		t.Error("two schemes have one name")
	}
}
