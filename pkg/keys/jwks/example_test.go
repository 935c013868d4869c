package jwks_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
)

// A health page shows the state of the keys, and a log each read.
func ExampleClient_Status() {
	source, err := jwks.New(jwks.Config{
		Issuer: "https://id.example/realms/a",
		OnEvent: func(e jwks.Event) {
			if e.Err != nil || e.Changed {
				slog.Info("key set", "url", e.URL, "keys", e.Keys, "skipped", len(e.Skipped), "error", e.Err)
			}
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	http.HandleFunc("GET /healthz/keys", func(w http.ResponseWriter, r *http.Request) {
		status := source.Status()
		if !status.Ready() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		json.NewEncoder(w).Encode(status)
	})
	fmt.Println(source.Status().URL, source.Status().Ready())
	// Output: https://id.example/realms/a false
}

// podToken sends the token of a Kubernetes service account, which is renewed on disk.
type podToken struct{ base http.RoundTripper }

func (p podToken) RoundTrip(r *http.Request) (*http.Response, error) {
	token, err := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/token")
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	return p.base.RoundTrip(r)
}

// A cluster's issuer wants a token, and has a certificate of the cluster. Its
// authority belongs into the TLSClientConfig of the transport.
func ExampleConfig_kubernetes() {
	_, err := jwks.New(jwks.Config{
		Issuer:     "https://kubernetes.default.svc.cluster.local",
		HTTPClient: &http.Client{Transport: podToken{http.DefaultTransport.(*http.Transport).Clone()}},
	})
	fmt.Println(err)
	// Output: <nil>
}

// A program that runs once fetches the set once.
func ExampleFetch() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := jwks.Fetch(ctx, jwks.Config{URL: "http://id.example/jwks", Algorithms: []keys.Algorithm{keys.ES256}})
	fmt.Println(err)
	// Output: fetching a key set: Config.URL: address not allowed: the URL must begin with https:// (http is for loopback only)
}
