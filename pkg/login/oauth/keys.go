package oauth

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
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
)

// jwksMaxAge is the time that other services may keep the keys. A key should be
// published for as long before it signs.
const jwksMaxAge = "public, max-age=300"

// JWKSHandler returns a handler that publishes the public keys of source as a JWK Set
// (RFC 7517 section 5), for other services that verify its tokens. It follows every
// change of a [*keys.Set]. Caches may keep the answer for five minutes and then ask for
// changes by its ETag: publish the next key that long before [keys.Set.Rotate] makes it
// sign. [ServerMetadata] names its address as jwks_uri.
//
// Secrets are never published. If there is no public key, the error matches
// [keys.ErrNotPublic]. If the last one is retired later, an empty set is published, so
// that others stop trusting it.
func JWKSHandler(source keys.Source) (http.Handler, error) {
	if source == nil {
		return nil, errors.New("publishing keys: there is no source of keys")
	}
	if _, err := keys.MarshalJWKS(source.Snapshot().VerificationKeys()...); err != nil {
		return nil, fmt.Errorf("publishing keys: %w", err)
	}
	return &jwksHandler{source: source}, nil
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
	body, err := keys.MarshalJWKS(snapshot.VerificationKeys()...)
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
		login.WriteError(w, r, err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/jwk-set+json")
	header.Set("Cache-Control", jwksMaxAge)
	header.Set("ETag", set.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(set.body))
}
