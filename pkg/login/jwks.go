package login

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// jwksMaxAge is how long other services may keep the keys. A key should be
// published for as long before it signs.
const jwksMaxAge = "public, max-age=300"

// JWKSHandler returns a handler that publishes the public keys of the manager
// as a JWK Set (RFC 7517 section 5), for services that verify its tokens
// elsewhere. It follows every change of a [*keys.Set]. Caches may keep the
// answer for five minutes and then ask for changes by its ETag: publish the
// next key that long before [keys.Set.Rotate] has it sign.
//
// Secrets are never published. When there is no public key the error matches
// [keys.ErrNotPublic]. If the last one is retired later, an empty set is
// published, so that others stop trusting it.
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
	last   atomic.Pointer[jwks]
}

// jwks is a published set and the keys that it was made of.
type jwks struct {
	snapshot *keys.Snapshot
	body     []byte
	etag     string
}

// current makes the document again when the keys have changed.
func (h *jwksHandler) current() (*jwks, error) {
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
	set := &jwks{snapshot, body, `"` + hex.EncodeToString(sum[:16]) + `"`}
	h.last.Store(set)
	return set, nil
}

func (h *jwksHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		refuseMethod(w, r, "GET, HEAD")
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

// refuseMethod answers a method that a handler does not know (RFC 9110 section 15.5.6).
func refuseMethod(w http.ResponseWriter, r *http.Request, allowed string) {
	w.Header().Set("Allow", allowed)
	writeBody(w, r, http.StatusMethodNotAllowed, "application/json", `{"detail":"Method not allowed"}`)
}
