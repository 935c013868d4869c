package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// readers verify a token with a JWK Set in memory.
var readers = []struct {
	name   string
	verify func(set []byte, token string) error
}{
	{"go-jose", func(set []byte, token string) error {
		var parsed jose.JSONWebKeySet
		if err := json.Unmarshal(set, &parsed); err != nil {
			return err
		}
		signature, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			return err
		}
		_, err = signature.Verify(&parsed)
		return err
	}},
	{"jwx", func(set []byte, token string) error {
		parsed, err := jwk.Parse(set)
		if err != nil {
			return err
		}
		_, err = jwxjwt.Parse([]byte(token), jwxjwt.WithKeySet(parsed))
		return err
	}},
	{"keyfunc", func(set []byte, token string) error {
		parsed, err := keyfunc.NewJWKSetJSON(set)
		if err != nil {
			return err
		}
		_, err = jwt.Parse(token, parsed.Keyfunc)
		return err
	}},
}

func ours(set []byte, token string) error {
	parsed, err := keys.ParseJWKS(set, nil)
	if err != nil {
		return err
	}
	v, err := login.NewVerifier(parsed, login.Config{})
	if err != nil {
		return err
	}
	_, err = v.Verify(context.Background(), token)
	return err
}

// Where a client of the field verifies with the good key of an odd set, so do we.
func TestSetsThatOthersRead(t *testing.T) {
	good := jwkOf("k0", 0, nil)
	modulus := rsaKeys()[0].N.Bytes()
	ec := `{"kty":"EC","crv":"P-256","kid":"k0","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
	now := time.Now()
	unsigned := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{"sub": "ada", "exp": now.Add(time.Hour).Unix()})
	unsigned.Header["kid"] = "k0"
	token, err := unsigned.SignedString(rsaKeys()[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		entries []string
		peers   string // those that verify, for the record
	}{
		{"one good key", []string{good}, "go-jose jwx keyfunc"},
		{"one kid under two algorithms", []string{jwkOf("k0", 0, map[string]any{"alg": "RS512"}), good}, "go-jose"},
		{"one kid for RSA and EC", []string{ec, good}, ""},
		{"two keys of one kid", []string{jwkOf("k0", 2, nil), good}, ""},
		{"a key listed twice", []string{good, good}, "go-jose jwx keyfunc"},
		{"a leading zero in n", []string{jwkOf("k0", 0, map[string]any{"n": base64.RawURLEncoding.EncodeToString(append([]byte{0}, modulus...))})}, "go-jose jwx keyfunc"},
		{"null members", []string{strings.Replace(good, "{", `{"x5c":null,"x5t":null,"key_ops":null,"d":null,"crv":null,`, 1)}, "go-jose keyfunc"},
		{"an alg of another kind", []string{strings.Replace(ec, "{", `{"alg":"RS256",`, 1), good}, ""},
		{"a secret", []string{`{"kty":"oct","kid":"s","alg":"HS256","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}`, good}, "go-jose jwx keyfunc"},
		{"x5c without n", []string{`{"kty":"RSA","kid":"x","x5c":["AAAA"]}`, good}, ""},
		{"padded base64", []string{jwkOf("p", 2, map[string]any{"e": "AQAB="}), good}, "keyfunc"},
		{"standard base64", []string{jwkOf("p", 2, map[string]any{"n": base64.StdEncoding.EncodeToString(modulus)}), good}, "jwx"},
		{"a numeric e", []string{jwkOf("p", 2, map[string]any{"e": 65537}), good}, ""},
		{"key_ops of a string", []string{jwkOf("p", 2, map[string]any{"key_ops": "verify"}), good}, "go-jose"},
		{"a use of SPIFFE", []string{jwkOf("p", 2, map[string]any{"use": "jwt-svid"}), good}, "go-jose jwx keyfunc"},
		{"ML-DSA", []string{`{"kty":"AKP","alg":"ML-DSA-65","kid":"m","pub":"AAAA"}`, good}, ""},
		{"secp256k1", []string{`{"kty":"EC","alg":"ES256K","crv":"secp256k1","kid":"s","x":"AAAA","y":"AAAA"}`, good}, ""},
		{"null", []string{`null`, good}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := fmt.Appendf(nil, `{"keys":[%s]}`, strings.Join(tt.entries, ","))
			if err := ours(set, token); err != nil {
				t.Errorf("ours: %v", err)
			}
			var verify []string
			for _, reader := range readers {
				if err := reader.verify(set, token); err == nil {
					verify = append(verify, reader.name)
				}
			}
			if want := strings.Fields(tt.peers); !slices.Equal(verify, want) {
				t.Errorf("verified by %v, on record are %v", verify, want)
			}
		})
	}
}
