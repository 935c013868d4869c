package login

import (
	"cmp"
	"slices"
	"strings"
)

// defaultSchemeName is the name that fastapi-login uses.
const defaultSchemeName = "LoginManager"

func (m *Manager[U]) scheme() string {
	return cmp.Or(m.documents.SchemeName, defaultSchemeName)
}

// OpenAPI returns the "components" of an OpenAPI 3.1 document, ready for
// encoding/json. Its schemes are
//
//   - one with scopes: openIdConnect if [Config.OpenIDConnectURL] is set, OAuth2 with an
//     authorization code if AuthorizationURL is, OAuth2 with a password if only TokenURL
//     is,
//   - one for the header if it is read, of type http, or an API key for a
//     [Config.Header] that has the token alone,
//   - an API key for the cookie if it is read.
//
// Their names are [Config.SchemeName], and the same followed by Bearer and Cookie, so
// that two managers can share a document. [Manager.Security] refers to them. OpenAPI
// has no word for a WebSocket's subprotocol.
func (m *Manager[U]) OpenAPI() map[string]any {
	if !m.ready() {
		return nil
	}
	schemes := map[string]any{}
	if flow := m.scopedScheme(); flow != nil {
		schemes[m.scheme()] = flow
	}
	if m.locations&InHeader != 0 {
		schemes[m.scheme()+"Bearer"] = m.headerScheme()
	}
	if m.locations&InCookie != 0 {
		schemes[m.scheme()+"Cookie"] = map[string]any{
			"type": "apiKey", "in": "cookie", "name": m.cookie.Name,
		}
	}
	return map[string]any{"securitySchemes": schemes}
}

// headerScheme describes the header. OpenAPI knows schemes in Authorization only.
func (m *Manager[U]) headerScheme() map[string]any {
	switch scheme := strings.TrimSpace(m.header.scheme); {
	case m.header.name != authorization:
		return map[string]any{"type": "apiKey", "in": "header", "name": m.header.name}
	case m.dpop != nil && m.dpop.Required():
		return map[string]any{"type": "http", "scheme": "dpop"}
	case scheme == bearerChallenge:
		return map[string]any{"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
	default:
		return map[string]any{"type": "http", "scheme": strings.ToLower(scheme)}
	}
}

// scopedScheme returns the scheme with scopes, or nil.
func (m *Manager[U]) scopedScheme() map[string]any {
	d := &m.documents
	scopes := map[string]any{}
	for scope, description := range m.declared {
		scopes[scope] = description
	}
	flow := map[string]any{"tokenUrl": d.TokenURL, "scopes": scopes}
	switch {
	case d.OpenIDConnectURL != "":
		return map[string]any{"type": "openIdConnect", "openIdConnectUrl": d.OpenIDConnectURL}
	case d.AuthorizationURL != "":
		flow["authorizationUrl"] = d.AuthorizationURL
		return map[string]any{"type": "oauth2", "flows": map[string]any{"authorizationCode": flow}}
	case d.TokenURL != "":
		return map[string]any{"type": "oauth2", "flows": map[string]any{"password": flow}}
	}
	return nil
}

// Security returns the "security" of an operation that is guarded by
// [Manager.Require] with the same scopes: one entry for each way to send the token. If
// there is a scheme with scopes, it describes the header. An invalid scope panics as it
// does there.
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
	case m.locations&InHeader != 0 && m.scopedScheme() != nil:
		ways = append(ways, map[string][]string{m.scheme(): required})
	case m.locations&InHeader != 0:
		ways = append(ways, map[string][]string{m.scheme() + "Bearer": required})
	}
	if m.locations&InCookie != 0 {
		ways = append(ways, map[string][]string{m.scheme() + "Cookie": slices.Clone(required)})
	}
	return ways
}
