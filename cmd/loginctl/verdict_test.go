package main

import (
	"context"
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/keys"
)

// TestSignedAndMalformed checks that signed claims that are not strict JSON are blamed on
// the issuer, and that decode --raw shows them.
func TestSignedAndMalformed(t *testing.T) {
	secret, _ := secretFile(t)
	text, err := os.ReadFile(secret)
	if err != nil {
		t.Fatal(err)
	}
	key, err := keys.ParseSecret(text, keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	const claims = `{"sub":"ada","sub":"eve"}`
	token := encode(`{"alg":"HS256"}`) + "." + encode(claims)
	signature, err := key.Sign(context.Background(), token)
	if err != nil {
		t.Fatal(err)
	}
	token += "." + encode(string(signature))
	r := try(t, "verify", "--secret-file", secret, token)
	if r.code != outcome.ExitMalformed || !strings.Contains(r.stderr, "hint: the issuer wrote claims that are not strict JSON; decode --raw shows them\n") {
		t.Errorf("exit %d, %s", r.code, r.stderr)
	}
	if r := try(t, "decode", "--raw", token); !strings.Contains(r.stdout, "\n"+claims+"\n") {
		t.Errorf("exit %d, %s%s", r.code, r.stdout, r.stderr)
	}
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
