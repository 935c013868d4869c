package login

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

func jwksOf(t *testing.T, source keys.Source) http.Handler {
	t.Helper()
	m, err := New(source, ClaimsOnly, Config{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := m.JWKSHandler()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestJWKSHandler(t *testing.T) {
	h := jwksOf(t, testKey(keys.EdDSA))
	w := serve(h, request("GET", "/.well-known/jwks.json"))
	etag := w.Header().Get("ETag")
	if w.Code != 200 || etag == "" || w.Header().Get("Content-Type") != "application/jwk-set+json" ||
		w.Header().Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("got %d, %v", w.Code, w.Header())
	}
	set, err := keys.ParseJWKS(w.Body.Bytes(), nil)
	if err != nil || len(set.Snapshot().VerificationKeys()) != 1 {
		t.Errorf("the set does not read back: %v", err)
	}
	if strings.Contains(w.Body.String(), `"d"`) {
		t.Error("a private key is published")
	}
	for _, match := range []string{etag, "W/" + etag, `"x", ` + etag, "*"} {
		w := serve(h, request("GET", "/", "If-None-Match", match))
		if w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != etag {
			t.Errorf("If-None-Match %s: %d", match, w.Code)
		}
	}
	if w := serve(h, request("GET", "/", "If-None-Match", `"x"`)); w.Code != 200 {
		t.Errorf("another ETag: %d", w.Code)
	}
	if w := serve(h, request("HEAD", "/")); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d %q", w.Code, w.Body)
	}
	if w := serve(h, request("POST", "/")); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d", w.Code)
	}
}

// The published set follows a rotation, and a removed key disappears at once.
func TestJWKSHandlerFollowsARotation(t *testing.T) {
	first, second := testKey(keys.EdDSA), testKey(keys.ES256)
	set := must(keys.NewSet(first))
	h := jwksOf(t, set)
	published := func() string {
		t.Helper()
		var body struct{ Keys []struct{ Kid string } }
		w := serve(h, request("GET", "/"))
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, k := range body.Keys {
			ids = append(ids, k.Kid)
		}
		return strings.Join(ids, " ")
	}
	if got := published(); got != first.ID() {
		t.Errorf("at first: %s", got)
	}
	if err := set.Rotate(second); err != nil {
		t.Fatal(err)
	}
	if got := published(); got != second.ID()+" "+first.ID() {
		t.Errorf("after a rotation: %s", got)
	}
	if err := set.Retire(first.ID()); err != nil {
		t.Fatal(err)
	}
	if got := published(); got != second.ID() {
		t.Errorf("after retiring the first: %s", got)
	}
	set.Replace(must(keys.NewSet(must(testKey(keys.HS256).WithID("secret")))))
	if w := serve(h, request("GET", "/")); w.Code != 200 || w.Body.String() != `{"keys":[]}` {
		t.Errorf("without public keys: %d, %s", w.Code, w.Body)
	}
}

func TestJWKSHandlerNeedsAPublicKey(t *testing.T) {
	m, err := New(testKey(keys.HS256), ClaimsOnly, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if h, err := m.JWKSHandler(); h != nil || !errors.Is(err, keys.ErrNotPublic) {
		t.Errorf("got %v, %v", h, err)
	}
}
