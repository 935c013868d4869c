package conformance

import (
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
)

// The examples of the RFCs: keys as JWK, and tokens with the key they are signed with.
//
//go:embed testdata/rfc.json
var rfcExamples []byte

type rfcToken struct {
	Name          string
	Alg           keys.Algorithm
	Key           json.RawMessage
	Token         string
	Want          string // "valid"; "signed": by a good key, over no claims set; "refused"
	Why           string // when refused
	Deterministic bool   // the algorithm has one signature for each key and message
}

type rfcKey struct {
	Name       string
	JWK        json.RawMessage
	Want       string // "public", "private", "secret", "refused"
	Why        string // when refused
	Alg        keys.Algorithm
	KID        string
	Thumbprint string
}

func examples(t *testing.T) (tokens []rfcToken, jwks []rfcKey) {
	t.Helper()
	var all struct {
		Tokens []rfcToken
		Keys   []rfcKey
	}
	if err := json.Unmarshal(rfcExamples, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Tokens) == 0 || len(all.Keys) == 0 {
		t.Fatal("no examples")
	}
	return all.Tokens, all.Keys
}

// The claims of RFC 7519 section 3.1, which RFC 7515 signs, expire at this second.
var rfcExpiry = time.Unix(1300819380, 0)

func TestRFCTokens(t *testing.T) {
	tokens, _ := examples(t)
	for _, example := range tokens {
		t.Run(example.Name, func(t *testing.T) {
			key, err := keys.Parse(example.Key)
			if err != nil {
				t.Fatal(err)
			}
			if key, err = key.As(example.Alg); err != nil {
				t.Fatal(err)
			}
			if got, want := isSigned(t, key, example.Token), example.Want != "refused"; got != want {
				t.Fatalf("signature good = %v, want %v (%s)", got, want, example.Why)
			}
			if example.Want == "valid" {
				checkClaims(t, key, example.Token)
			}
			if example.Deterministic {
				checkSigning(t, key, example.Token)
			}
		})
	}
}

// checkClaims verifies a token whose claims are those of RFC 7519 section 3.1.
func checkClaims(t *testing.T, key *keys.SigningKey, token string) {
	now := rfcExpiry.Add(-time.Second)
	verifier, err := login.NewVerifier(key, login.Config{Issuer: "joe", Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	claims, err := verifier.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	root, ok, err := claim.At[bool](claims, "http://example.com/is_root")
	if err != nil || !ok || !root {
		t.Errorf("is_root = %v, %v, %v", root, ok, err)
	}
	if !claims.ExpiresAt.Equal(rfcExpiry) || claims.Issuer != "joe" {
		t.Errorf("exp %v, iss %q", claims.ExpiresAt, claims.Issuer)
	}
	now = rfcExpiry
	if _, err := verifier.Verify(t.Context(), token); !errors.Is(err, login.ErrExpired) {
		t.Errorf("at the second of exp: %v, want login.ErrExpired", err)
	}
}

// checkSigning signs the example's input again and expects its signature.
func checkSigning(t *testing.T, key *keys.SigningKey, token string) {
	dot := strings.LastIndexByte(token, '.')
	signature, err := key.Sign(context.Background(), token[:dot])
	if err != nil {
		t.Fatal(err)
	}
	if base64.RawURLEncoding.EncodeToString(signature) != token[dot+1:] {
		t.Error("we sign the same octets with another signature")
	}
}

func TestRFCKeys(t *testing.T) {
	_, jwks := examples(t)
	for _, example := range jwks {
		t.Run(example.Name, func(t *testing.T) {
			private, privateErr := keys.Parse(example.JWK)
			public, publicErr := keys.ParsePublic(example.JWK)
			switch example.Want {
			case "refused":
				if privateErr == nil || publicErr == nil {
					t.Errorf("accepted (as private: %v, as public: %v), although %s", privateErr, publicErr, example.Why)
				}
				return
			case "public":
				if !errors.Is(privateErr, keys.ErrNoSigningKey) {
					t.Errorf("read as a private key: %v, want keys.ErrNoSigningKey", privateErr)
				}
			case "secret":
				if !errors.Is(publicErr, keys.ErrNotPublic) {
					t.Errorf("read as a public key: %v, want keys.ErrNotPublic", publicErr)
				}
				public, publicErr = private.VerificationKey(), privateErr
			case "private":
				if privateErr != nil || !private.VerificationKey().Equal(public) {
					t.Errorf("the private key: %v", privateErr)
				}
			}
			if publicErr != nil {
				t.Fatal(publicErr)
			}
			if public.Algorithm() != example.Alg || public.ID() != example.KID {
				t.Errorf("alg %s, kid %q; want %s, %q", public.Algorithm(), public.ID(), example.Alg, example.KID)
			}
			if example.Thumbprint != "" && public.Thumbprint() != example.Thumbprint {
				t.Errorf("thumbprint %q, want %q", public.Thumbprint(), example.Thumbprint)
			}
		})
	}
}

// RFC 7517 appendix A.1 as a set: of its two keys one is for encryption.
func TestRFCKeySet(t *testing.T) {
	_, jwks := examples(t)
	var members []json.RawMessage
	for _, example := range jwks {
		if strings.HasPrefix(example.Name, "RFC 7517 A.1") {
			members = append(members, example.JWK)
		}
	}
	data, err := json.Marshal(map[string]any{"keys": members})
	if err != nil {
		t.Fatal(err)
	}
	set, err := keys.ParseJWKS(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if list := set.Snapshot().VerificationKeys(); len(list) != 1 || list[0].ID() != "2011-04-29" {
		t.Errorf("%d keys, want the RSA key alone", len(list))
	}
}
