package oauth

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

func jwksOf(t *testing.T, source keys.Source) http.Handler {
	t.Helper()
	h, err := JWKSHandler(source)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(h http.Handler, method string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/.well-known/jwks.json", nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestJWKSHandler(t *testing.T) {
	h := jwksOf(t, logintest.Key(t, keys.EdDSA))
	w := ask(h, "GET")
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
		w := ask(h, "GET", "If-None-Match", match)
		if w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != etag {
			t.Errorf("If-None-Match %s: %d", match, w.Code)
		}
	}
	if w := ask(h, "GET", "If-None-Match", `"x"`); w.Code != 200 {
		t.Errorf("another ETag: %d", w.Code)
	}
	if w := ask(h, "HEAD"); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d %q", w.Code, w.Body)
	}
	if w := ask(h, "POST"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d", w.Code)
	}
}

// The published set follows a rotation, and a removed key disappears at once.
func TestJWKSHandlerFollowsARotation(t *testing.T) {
	first, second := logintest.Key(t, keys.EdDSA), logintest.Key(t, keys.ES256)
	set, err := keys.NewSet(first)
	if err != nil {
		t.Fatal(err)
	}
	h := jwksOf(t, set)
	published := func() string {
		t.Helper()
		var body struct{ Keys []struct{ Kid string } }
		w := ask(h, "GET")
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
	etag := ask(h, "GET").Header().Get("ETag")
	if err := set.Rotate(second); err != nil {
		t.Fatal(err)
	}
	if got := published(); got != second.ID()+" "+first.ID() {
		t.Errorf("after a rotation: %s", got)
	}
	if w := ask(h, "GET", "If-None-Match", etag); w.Code != 200 || w.Header().Get("ETag") == etag {
		t.Errorf("the ETag from before the rotation: %d", w.Code)
	}
	if err := set.Retire(first.ID()); err != nil {
		t.Fatal(err)
	}
	if got := published(); got != second.ID() {
		t.Errorf("after retiring the first: %s", got)
	}
	secret, err := logintest.Key(t, keys.HS256).WithID("secret")
	if err != nil {
		t.Fatal(err)
	}
	only, err := keys.NewSet(secret)
	if err != nil {
		t.Fatal(err)
	}
	set.Replace(only)
	if w := ask(h, "GET"); w.Code != 200 || w.Body.String() != `{"keys":[]}` {
		t.Errorf("without public keys: %d, %s", w.Code, w.Body)
	}
}

func TestJWKSHandlerNeedsAPublicKey(t *testing.T) {
	if h, err := JWKSHandler(logintest.Key(t, keys.HS256)); h != nil || !errors.Is(err, keys.ErrNotPublic) {
		t.Errorf("got %v, %v", h, err)
	}
	if h, err := JWKSHandler(nil); h != nil || err == nil {
		t.Errorf("without a source: %v, %v", h, err)
	}
}
