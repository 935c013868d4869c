package login

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

func TestIssueAndVerify(t *testing.T) {
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_760_000_000, 0)
	config := Config{Now: func() time.Time { return now }, Issuer: "https://login.example", Audience: "api"}
	issuer, err := NewIssuer(key, config)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := NewVerifier(key, config)
	if err != nil {
		t.Fatal(err)
	}
	token, err := issuer.Issue(Grant{Subject: "ada", Scopes: []string{"read", "write"}, Custom: map[string]any{"role": "admin", "n": 1}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := verifier.Verify(context.Background(), token.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject != "ada" || !c.HasScopes("read", "write") || c.HasScopes("rea") {
		t.Errorf("claims: %+v", c)
	}
	role, ok, err := Claim[string](c, "role")
	if role != "admin" || !ok || err != nil {
		t.Error(role, ok, err)
	}
	now = now.Add(15 * time.Minute)
	if _, err = verifier.Verify(context.Background(), token.Reveal()); !errors.Is(err, ErrExpired) {
		t.Error(err)
	}
	t.Log(string(c.JSON()), err)
}
