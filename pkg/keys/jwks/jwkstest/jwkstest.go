// Package jwkstest has a token issuer for tests of programs that use package jwks.
//
//	issuer := jwkstest.New(key.VerificationKey())
//	source, err := jwks.New(jwks.Config{Issuer: issuer.Start(t)})
package jwkstest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Issuer serves a JWK Set at /jwks and the metadata that names it: those of OpenID
// Connect and of RFC 8414. It is an http.Handler, and an http.RoundTripper that
// answers without a network, for tests in a bubble of testing/synctest. It is safe
// for concurrent use.
type Issuer struct {
	mu       sync.Mutex
	keys     []*keys.VerificationKey
	answer   http.Handler // nil: the set
	requests int
}

// New returns an issuer that publishes keys.
func New(keys ...*keys.VerificationKey) *Issuer {
	return &Issuer{keys: keys}
}

// Start serves the issuer on a loopback address until the test ends, and returns its
// issuer identifier.
func (i *Issuer) Start(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(i)
	t.Cleanup(func() {
		server.CloseClientConnections() // or Close would wait for slow answers
		server.Close()
	})
	return server.URL
}

// Publish replaces the published keys. All must be public, with different kids.
func (i *Issuer) Publish(keys ...*keys.VerificationKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = slices.Clone(keys)
}

// Answer makes h answer requests for the set, for tests of failures and of sets that
// Publish cannot describe. A nil h serves the set again.
func (i *Issuer) Answer(h http.Handler) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = h
}

// Requests returns how often the set was requested.
func (i *Issuer) Requests() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.requests
}

// ServeHTTP implements http.Handler.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/jwks":
		i.serveSet(w, r)
	case "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server":
		scheme := "http"
		if r.TLS != nil || r.URL.Scheme == "https" {
			scheme = "https"
		}
		issuer := scheme + "://" + r.Host
		writeJSON(w, map[string]string{"issuer": issuer, "jwks_uri": issuer + "/jwks"})
	default:
		http.NotFound(w, r)
	}
}

func (i *Issuer) serveSet(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.requests++
	answer, list := i.answer, i.keys
	i.mu.Unlock()
	if answer != nil {
		answer.ServeHTTP(w, r)
		return
	}
	set, err := keys.MarshalJWKS(list...)
	if errors.Is(err, keys.ErrNotPublic) {
		set, err = []byte(`{"keys":[]}`), nil
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, json.RawMessage(set))
}

func writeJSON(w http.ResponseWriter, document any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(document)
}

// RoundTrip implements http.RoundTripper. It ends with the context of the request.
func (i *Issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	request := r.Clone(r.Context())
	request.Host = r.URL.Host
	answered := make(chan *http.Response, 1)
	go func() {
		recorder := httptest.NewRecorder()
		i.ServeHTTP(recorder, request)
		answered <- recorder.Result()
	}()
	select {
	case response := <-answered:
		return response, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}
