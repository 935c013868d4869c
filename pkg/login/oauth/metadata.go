package oauth

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
)

// ServerMetadata describes an authorization server (RFC 8414): a service that issues
// tokens. Fields that are empty are left out of the document.
type ServerMetadata struct {
	Issuer        string   `json:"issuer"` // the iss of its tokens; must be set
	Token         string   `json:"token_endpoint,omitzero"`
	JWKS          string   `json:"jwks_uri,omitzero"`
	Scopes        []string `json:"scopes_supported,omitempty"`
	Grants        []string `json:"grant_types_supported,omitempty"` // such as password, refresh_token, client_credentials
	ClientMethods []string `json:"token_endpoint_auth_methods_supported,omitempty"`
	Revocation    string   `json:"revocation_endpoint,omitzero"`
	Introspection string   `json:"introspection_endpoint,omitzero"`
	Documentation string   `json:"service_documentation,omitzero"`
}

// ServerMetadataOf returns the metadata in the configuration of package login: Issuer,
// Token and Scopes. A Config.TokenURL that is a path is one of the issuer.
func ServerMetadataOf(c login.Config) ServerMetadata {
	m := ServerMetadata{Issuer: c.Issuer, Scopes: slices.Sorted(maps.Keys(c.Scopes))}
	if issuer, err := url.Parse(c.Issuer); err == nil && c.TokenURL != "" {
		if token, err := issuer.Parse(c.TokenURL); err == nil {
			m.Token = token.String()
		}
	}
	return m
}

// Path returns the path at which clients look for the document (RFC 8414 section 3.1).
func (m ServerMetadata) Path() string { return wellKnown("oauth-authorization-server", m.Issuer) }

// Handler returns a handler that publishes the document, or the mistakes in it.
func (m ServerMetadata) Handler() (http.Handler, error) {
	err := errors.Join(
		checkURL("Issuer", m.Issuer, true), checkURL("Token", m.Token, false), checkURL("JWKS", m.JWKS, false),
		checkURL("Revocation", m.Revocation, false), checkURL("Introspection", m.Introspection, false),
		checkURL("Documentation", m.Documentation, false),
	)
	if err != nil {
		return nil, err
	}
	return publish(struct {
		ServerMetadata `json:",inline"`
		// RFC 8414 requires it. Without an authorization endpoint there is no
		// response type, but clients refuse a document without the member.
		ResponseTypes []string `json:"response_types_supported"`
	}{m, []string{}})
}

// ResourceMetadata describes a protected resource (RFC 9728): a service that accepts
// tokens. Fields that are empty are left out of the document. Its address belongs into
// the ResourceMetadata of [login.Config].
type ResourceMetadata struct {
	Resource      string   `json:"resource"`                        // its URL, usually the aud of its tokens; must be set
	Servers       []string `json:"authorization_servers,omitempty"` // their issuers
	JWKS          string   `json:"jwks_uri,omitzero"`
	Scopes        []string `json:"scopes_supported,omitempty"`
	Methods       []string `json:"bearer_methods_supported,omitempty"` // if nil, header
	Name          string   `json:"resource_name,omitzero"`
	Documentation string   `json:"resource_documentation,omitzero"`
}

// ResourceMetadataOf returns the metadata in the configuration of package login: the
// Audience as Resource, the Issuer as server, and Scopes.
func ResourceMetadataOf(c login.Config) ResourceMetadata {
	m := ResourceMetadata{Resource: c.Audience, Scopes: slices.Sorted(maps.Keys(c.Scopes))}
	if c.Issuer != "" {
		m.Servers = []string{c.Issuer}
	}
	return m
}

// Path returns the path at which clients look for the document (RFC 9728 section 3.1).
func (m ResourceMetadata) Path() string { return wellKnown("oauth-protected-resource", m.Resource) }

// Handler returns a handler that publishes the document, or the mistakes in it.
func (m ResourceMetadata) Handler() (http.Handler, error) {
	errs := []error{checkURL("Resource", m.Resource, true), checkURL("JWKS", m.JWKS, false), checkURL("Documentation", m.Documentation, false)}
	for _, server := range m.Servers {
		errs = append(errs, checkURL("Servers", server, true))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if m.Methods == nil {
		m.Methods = []string{"header"}
	}
	return publish(m)
}

// wellKnown returns the path of a document about a URL, whose path stands behind it.
func wellKnown(name, of string) string {
	path := ""
	if u, err := url.Parse(of); err == nil {
		path = strings.TrimSuffix(u.EscapedPath(), "/")
	}
	return "/.well-known/" + name + path
}

// checkURL returns an error unless a field is an absolute URL of https, or of http on
// this machine. That of an issuer or a resource has no query and no fragment.
func checkURL(field, text string, required bool) error {
	if text == "" && !required {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !isLocal(u.Hostname())) {
		return fmt.Errorf("%s of the metadata is %q: give an absolute https URL", field, text)
	}
	if required && (u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#")) {
		return fmt.Errorf("%s of the metadata is %q: give a URL without a query and a fragment", field, text)
	}
	return nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// publish returns a handler of a public document, which pages of every site may read.
func publish(document any) (http.Handler, error) {
	body, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("the metadata: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			answer.Method(w, r, "GET, HEAD")
			return
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		if r.Method == http.MethodGet {
			_, _ = w.Write(body) // an error means that the client is gone
		}
	}), nil
}
