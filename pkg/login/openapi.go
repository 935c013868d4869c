package login

import (
	"slices"
	"strings"
)

func (m *Manager[U]) scheme() string { return m.verifier.documents.SchemeName }

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
//
// Each further issuer of [New] whose Config has one of those addresses adds its scheme
// with scopes.
func (m *Manager[U]) OpenAPI() map[string]any {
	if !m.ready() {
		return nil
	}
	schemes := map[string]any{}
	for _, d := range m.scopedSchemes() {
		schemes[d.SchemeName] = scopedScheme(d)
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

// scopedSchemes returns the settings of the schemes with scopes: that of the manager
// first, if it has one, and those of further issuers.
func (m *Manager[U]) scopedSchemes() (found []*Config) {
	verifiers := []*Verifier{m.verifier}
	if m.verifier.trust != nil {
		verifiers = append(verifiers, m.verifier.trust.others...)
	}
	for _, v := range verifiers {
		if v.documents.documented() {
			found = append(found, &v.documents)
		}
	}
	return found
}

// scopedScheme returns the scheme with scopes.
func scopedScheme(d *Config) map[string]any {
	scopes := map[string]any{}
	for scope, description := range d.Scopes {
		scopes[scope] = description
	}
	flow := map[string]any{"tokenUrl": d.TokenURL, "scopes": scopes}
	switch {
	case d.OpenIDConnectURL != "":
		return map[string]any{"type": "openIdConnect", "openIdConnectUrl": d.OpenIDConnectURL}
	case d.AuthorizationURL != "":
		flow["authorizationUrl"] = d.AuthorizationURL
		return map[string]any{"type": "oauth2", "flows": map[string]any{"authorizationCode": flow}}
	}
	return map[string]any{"type": "oauth2", "flows": map[string]any{"password": flow}}
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
	if m.locations&InHeader != 0 {
		if !m.verifier.documents.documented() {
			ways = append(ways, map[string][]string{m.scheme() + "Bearer": required})
		}
		for _, d := range m.scopedSchemes() {
			ways = append(ways, map[string][]string{d.SchemeName: slices.Clone(required)})
		}
	}
	if m.locations&InCookie != 0 {
		ways = append(ways, map[string][]string{m.scheme() + "Cookie": slices.Clone(required)})
	}
	return ways
}
