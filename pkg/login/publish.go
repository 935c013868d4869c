package login

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
)

// jwksMaxAge is the time that other services may keep the keys. A key should be
// published for as long before it signs.
const jwksMaxAge = "public, max-age=300"

// JWKSHandler returns a handler that publishes the public keys of the manager as a
// JWK Set (RFC 7517 section 5), for other services that verify its tokens. It follows
// every change of a [*keys.Set]. Caches may keep the answer for five minutes and then
// ask for changes by its ETag: publish the next key that long before [keys.Set.Rotate]
// makes it sign.
//
// Secrets are never published. If there is no public key, the error matches
// [keys.ErrNotPublic]. If the last one is retired later, an empty set is published, so
// that others stop trusting it.
func (m *Manager[U]) JWKSHandler() (http.Handler, error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	if _, err := m.source.Snapshot().JWKS(); err != nil {
		return nil, fmt.Errorf("publishing keys: %w", err)
	}
	return &jwksHandler{source: m.source}, nil
}

type jwksHandler struct {
	source keys.Source
	last   atomic.Pointer[publishedJWKS]
}

// publishedJWKS is a published set and the keys in it.
type publishedJWKS struct {
	snapshot *keys.Snapshot
	body     []byte
	etag     string
}

// current returns the document, made again if the keys have changed.
func (h *jwksHandler) current() (*publishedJWKS, error) {
	snapshot := h.source.Snapshot()
	if last := h.last.Load(); last != nil && last.snapshot == snapshot {
		return last, nil
	}
	body, err := snapshot.JWKS()
	if errors.Is(err, keys.ErrNotPublic) {
		body, err = []byte(`{"keys":[]}`), nil
	}
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	set := &publishedJWKS{snapshot, body, `"` + hex.EncodeToString(sum[:16]) + `"`}
	h.last.Store(set)
	return set, nil
}

func (h *jwksHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		answer.Method(w, r, "GET, HEAD")
		return
	}
	set, err := h.current()
	if err != nil {
		WriteError(w, r, err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/jwk-set+json")
	header.Set("Cache-Control", jwksMaxAge)
	header.Set("ETag", set.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(set.body))
}

// defaultSchemeName is the name that fastapi-login uses.
const defaultSchemeName = "LoginManager"

func (m *Manager[U]) scheme() string {
	if m.schemeName == "" {
		return defaultSchemeName
	}
	return m.schemeName
}

// OpenAPI returns the "components" of an OpenAPI 3.1 document, ready for
// encoding/json: an OAuth2 password flow with [Config.TokenURL] and [Config.Scopes] if
// the former is set, a bearer scheme if the header is read, and an API key if the cookie
// is. Their names are [Config.SchemeName], and the same followed by Bearer and Cookie,
// so that two managers can share a document. [Manager.Security] refers to them.
func (m *Manager[U]) OpenAPI() map[string]any {
	if !m.ready() {
		return nil
	}
	schemes := map[string]any{}
	if m.tokenURL != "" {
		schemes[m.scheme()] = m.passwordFlow()
	}
	if m.locations&InHeader != 0 {
		schemes[m.scheme()+"Bearer"] = map[string]any{
			"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
		}
	}
	if m.locations&InCookie != 0 {
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
// [Manager.Require] with the same scopes: one entry for each way to send the token. If
// there is an OAuth2 flow, it describes the header. An invalid scope panics as it does
// there.
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
	case m.locations&InHeader != 0 && m.tokenURL != "":
		ways = append(ways, map[string][]string{m.scheme(): required})
	case m.locations&InHeader != 0:
		ways = append(ways, map[string][]string{m.scheme() + "Bearer": required})
	}
	if m.locations&InCookie != 0 {
		ways = append(ways, map[string][]string{m.scheme() + "Cookie": slices.Clone(required)})
	}
	return ways
}
