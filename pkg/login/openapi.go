package login

import (
	"slices"
)

// defaultSchemeName is what fastapi-login calls its scheme.
const defaultSchemeName = "LoginManager"

func (m *Manager[U]) scheme() string {
	if m.schemeName == "" {
		return defaultSchemeName
	}
	return m.schemeName
}

// OpenAPI returns the "components" of an OpenAPI 3.1 document, ready for
// encoding/json: an OAuth2 password flow with [Config.TokenURL] and
// [Config.Scopes] where the first is set, a bearer scheme where the header is
// read and an API key where the cookie is. Their names are
// [Config.SchemeName], and the same with Bearer and Cookie after it, so that
// two managers can share a document. [Manager.Security] refers to them.
func (m *Manager[U]) OpenAPI() map[string]any {
	if !m.ready() {
		return nil
	}
	schemes := map[string]any{}
	if m.tokenURL != "" {
		schemes[m.scheme()] = m.passwordFlow()
	}
	if m.sources&FromHeader != 0 {
		schemes[m.scheme()+"Bearer"] = map[string]any{
			"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
		}
	}
	if m.sources&FromCookie != 0 {
		schemes[m.scheme()+"Cookie"] = map[string]any{
			"type": "apiKey", "in": "cookie", "name": m.cookie.Name,
		}
	}
	return map[string]any{"securitySchemes": schemes}
}

func (m *Manager[U]) passwordFlow() map[string]any {
	scopes := map[string]any{}
	for scope, description := range m.declared {
		scopes[scope] = description
	}
	return map[string]any{
		"type": "oauth2",
		"flows": map[string]any{
			"password": map[string]any{"tokenUrl": m.tokenURL, "scopes": scopes},
		},
	}
}

// Security returns the "security" of an operation that is guarded by
// [Manager.Require] with the same scopes: one entry for each way to send the
// token. The header is described by the OAuth2 flow where there is one. A
// wrong scope panics as it does there.
func (m *Manager[U]) Security(scopes ...string) []map[string][]string {
	required := m.mustRequire("Security", scopes, false).scopes
	if !m.ready() {
		return nil
	}
	if required == nil {
		required = []string{} // [] in JSON
	}
	var ways []map[string][]string
	switch {
	case m.sources&FromHeader != 0 && m.tokenURL != "":
		ways = append(ways, map[string][]string{m.scheme(): required})
	case m.sources&FromHeader != 0:
		ways = append(ways, map[string][]string{m.scheme() + "Bearer": required})
	}
	if m.sources&FromCookie != 0 {
		ways = append(ways, map[string][]string{m.scheme() + "Cookie": slices.Clone(required)})
	}
	return ways
}

// isComponentName reports whether s can name a component (OpenAPI 3.1 section 4.8.7).
func isComponentName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isTokenByte(c) || c == '~' || c == '+' || c == '/' {
			return false
		}
	}
	return s != ""
}
