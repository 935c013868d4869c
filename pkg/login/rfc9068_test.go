package login_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// signedWith signs claims as they are.
func signedWith(t *testing.T, sign func(context.Context, string) ([]byte, error), typ string, claims map[string]any) string {
	t.Helper()
	header := map[string]any{"alg": "EdDSA", "kid": "same"}
	if typ != "" {
		header["typ"] = typ
	}
	input := segmentOf(t, header) + "." + segmentOf(t, claims)
	signature, err := sign(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64Text(signature)
}

// TestRFC9068 leaves out one claim of section 2.2 after the other.
func TestRFC9068(t *testing.T) {
	key := trustedKey(t)
	v := mustVerifier(t, key, login.Config{Issuer: "https://as.example", Audience: "api", RFC9068: true})
	whole := map[string]any{
		"iss": "https://as.example", "aud": "api", "sub": "ada", "client_id": "app", "jti": "1",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	for _, typ := range []string{"at+jwt", "application/at+jwt"} {
		if _, err := v.Verify(t.Context(), signedWith(t, key.Sign, typ, whole)); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
	}
	for _, typ := range []string{"", "JWT", "logout+jwt"} {
		if _, err := v.Verify(t.Context(), signedWith(t, key.Sign, typ, whole)); !errors.Is(err, login.ErrClaims) {
			t.Errorf("typ %q: %v", typ, err)
		}
	}
	for name := range whole {
		less := maps.Clone(whole)
		delete(less, name)
		_, err := v.Verify(t.Context(), signedWith(t, key.Sign, "at+jwt", less))
		var claim *login.ClaimError
		if !errors.As(err, &claim) || claim.Claim != name || !claim.Missing {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

func TestRFC9068IsConfigured(t *testing.T) {
	key := trustedKey(t)
	for _, config := range []login.Config{
		{RFC9068: true},
		{RFC9068: true, Issuer: "a"},
		{RFC9068: true, Audience: "a"},
		{RFC9068: true, Issuer: "a", Audience: "a", Types: []string{"JWT"}},
		{RFC9068: true, Issuer: "a", Audience: "a", AllowNoExpiry: true},
	} {
		if _, err := login.NewVerifier(key, config); err == nil || !strings.Contains(err.Error(), "RFC9068") {
			t.Errorf("%+v: %v", config, err)
		}
	}
	// Issued tokens with a client_id are accepted by the same configuration.
	m, err := login.New(key, login.ClaimsOnly, login.Config{RFC9068: true, Issuer: "a", Audience: "api"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := m.Issue(login.Grant{Subject: "ada", Custom: map[string]any{"client_id": "app"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Verify(t.Context(), token.Reveal()); err != nil {
		t.Error(err)
	}
	if _, err := m.Issue(login.Grant{Subject: "ada"}); err == nil || !strings.Contains(err.Error(), "client_id is missing") {
		t.Errorf("issued without client_id: %v", err)
	}
}

func segmentOf(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64Text(text)
}

func base64Text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
