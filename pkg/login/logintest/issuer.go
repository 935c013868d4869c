package logintest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
)

// Key returns a new key of any algorithm. RSA keys have 2048 bits, because longer ones
// take a second to find.
func Key(tb testing.TB, alg keys.Algorithm) *keys.SigningKey {
	tb.Helper()
	key, err := generate(alg)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func generate(alg keys.Algorithm) (*keys.SigningKey, error) {
	if alg.Type() != "RSA" {
		return keys.Generate(alg)
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return keys.NewSigner(private, alg)
}

// SignClaims returns a token with any claims set, as another issuer would make it. A
// [login.Issuer] only makes tokens that are good.
func SignClaims(key *keys.SigningKey, claims map[string]any) (string, error) {
	header := map[string]string{"alg": key.Algorithm().String(), "typ": "JWT"}
	if id := key.ID(); id != "" {
		header["kid"] = id
	}
	first, err := json.Marshal(header, json.Deterministic(true))
	if err != nil {
		return "", err
	}
	second, err := json.Marshal(claims, json.Deterministic(true))
	if err != nil {
		return "", err
	}
	input := base64.RawURLEncoding.EncodeToString(first) + "." + base64.RawURLEncoding.EncodeToString(second)
	signature, err := key.Sign(context.Background(), input)
	if err != nil {
		return "", err
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// KeyServer serves the public keys as a JWK Set, with the metadata of OpenID Connect,
// on a loopback address until the test ends. It returns the issuer identifier, for
// jwks.Config.Issuer:
//
//	key := logintest.Key(t, keys.RS256)
//	issuer := logintest.KeyServer(t, key)
//	source, err := jwks.New(jwks.Config{Issuer: issuer})
//	token, err := logintest.SignClaims(key, map[string]any{"iss": issuer, …})
func KeyServer(tb testing.TB, signers ...*keys.SigningKey) string {
	tb.Helper()
	var public []*keys.VerificationKey
	for _, key := range signers {
		public = append(public, key.VerificationKey())
	}
	return jwkstest.New(public...).Start(tb)
}
