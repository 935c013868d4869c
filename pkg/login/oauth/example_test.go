package oauth_test

import (
	"fmt"
	"log"
	"net/http"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/logintest"
	"github.com/loginctl/loginctl/pkg/login/oauth"
)

// Other services verify the tokens with the public keys alone.
func ExampleJWKSHandler() {
	key, err := keys.Generate(keys.ES256)
	if err != nil {
		log.Fatal(err)
	}
	h, err := oauth.JWKSHandler(key)
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /.well-known/jwks.json", h)

	w := logintest.Get("/.well-known/jwks.json").Serve(mux)
	fmt.Println(w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"))
	again := logintest.Get("/.well-known/jwks.json").Header("If-None-Match", w.Header().Get("ETag")).Serve(mux)
	fmt.Println(again.Code)
	// Output:
	// 200 application/jwk-set+json public, max-age=300
	// 304
}
