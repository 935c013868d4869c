package compat

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/introspect"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// issuer is the example server of zitadel/oidc, which issues tokens for the audience api
// to its service user: a JWS or an opaque text.
type issuer struct {
	*storage.Storage
	opaque bool
}

type jwtClient struct{ op.Client }

func (jwtClient) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

func (i issuer) ClientCredentials(ctx context.Context, id, secret string) (op.Client, error) {
	client, err := i.Storage.ClientCredentials(ctx, id, secret)
	if err != nil || i.opaque {
		return client, err
	}
	return jwtClient{client}, nil
}

func (i issuer) ClientCredentialsTokenRequest(_ context.Context, id string, scopes []string) (op.TokenRequest, error) {
	return &oidc.JWTTokenRequest{Subject: id, Audience: []string{"api"}, Scopes: scopes}, nil
}

// SetIntrospectionFromToken describes the service user too: the example finds only the
// users who log in with a password, after it has looked the token up.
func (i issuer) SetIntrospectionFromToken(ctx context.Context, answer *oidc.IntrospectionResponse, id, subject, client string) error {
	err := i.Storage.SetIntrospectionFromToken(ctx, answer, id, subject, client)
	if known := answer.Expiration != 0; known && client == "api" {
		answer.Subject = subject
		return nil
	}
	return err
}

// startIssuer returns the address of the server and a client that logged in there.
func startIssuer(t *testing.T, opaque bool) (address string, client *http.Client) {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	storage.RegisterClients(storage.WebClient("api", "secret"))
	data := issuer{storage.NewStorage(storage.NewUserStore(server.URL)), opaque}
	before := slog.Default()
	handler = exampleop.SetupServer(server.URL, data, slog.New(slog.DiscardHandler), false)
	slog.SetDefault(before)
	credentials := clientcredentials.Config{
		ClientID: "sid1", ClientSecret: "verysecret", TokenURL: server.URL + "/oauth/token",
		Scopes: []string{"openid"}, AuthStyle: oauth2.AuthStyleInHeader,
	}
	return server.URL, credentials.Client(t.Context())
}

// A token of a real issuer, got with golang.org/x/oauth2, is admitted: from discovery to a
// verified request, as a JWS and by introspection.
func TestRealIssuer(t *testing.T) {
	for _, opaque := range []bool{false, true} {
		address, client := startIssuer(t, opaque)
		config := login.Config{Issuer: address, Audience: "api"}
		auth, err := func() (*login.Manager[*login.Claims], error) {
			if !opaque {
				source, err := jwks.New(jwks.Config{Issuer: address})
				if err != nil {
					return nil, err
				}
				return login.New(source, login.ClaimsOnly, config)
			}
			asked, err := introspect.New(introspect.Config{
				URL: address + "/oauth/introspect", Issuer: address, ClientID: "api", ClientSecret: "secret",
			})
			if err != nil {
				return nil, err
			}
			config.Audience, config.Introspect = "", asked.Introspect // its answers have no aud
			return login.New(nil, login.ClaimsOnly, config)
		}()
		if err != nil {
			t.Fatal(err)
		}
		api := httptest.NewServer(auth.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*login.Claims]) {
			io.WriteString(w, p.Claims.Subject)
		}))
		defer api.Close()
		for range 2 { // the second time it may be remembered
			response, err := client.Get(api.URL)
			if err != nil {
				t.Fatal(err)
			}
			subject, _ := io.ReadAll(response.Body)
			response.Body.Close()
			if response.StatusCode != 200 || string(subject) != "sid1" {
				t.Errorf("opaque %t: %d %s %s", opaque, response.StatusCode, subject, response.Header.Get("WWW-Authenticate"))
			}
		}
		forged, err := http.NewRequest("GET", api.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		forged.Header.Set("Authorization", "Bearer forged")
		response, err := http.DefaultClient.Do(forged)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != 401 {
			t.Errorf("opaque %t: a forged token is answered %d", opaque, response.StatusCode)
		}
	}
}
