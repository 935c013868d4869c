package login

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Every way to print a token redacts it.
func TestTokenIsRedacted(t *testing.T) {
	token := must(newTestIssuer(t, testKey(keys.HS256), Config{}).Issue(Grant{Subject: "ada"}))
	type session struct {
		User  string
		Token Token
		inner *Token
		token Token
	}
	key := testKey(keys.HS256)
	values := []any{token, &token, session{"ada", token, &token, token}, &session{"ada", token, &token, token},
		[]Token{token}, map[string]Token{"t": token}, struct{ T any }{token}, key, struct{ K *keys.SigningKey }{key}}
	secret := string(bytes.TrimSpace(must(keys.MarshalSecret(key))))
	for i, v := range values {
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%10.300v", "%t", "%p"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		fmt.Fprintln(&out, v)
		text, err := json.Marshal(v)
		if err != nil {
			t.Errorf("value %d: %v", i, err)
		}
		out.Write(text)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
		for _, part := range append(strings.Split(token.Reveal(), "."), secret) {
			for _, form := range []string{part, fmt.Sprintf("%x", part), fmt.Sprintf("%X", part), fmt.Sprint([]byte(part))} {
				if strings.Contains(out.String(), strings.Trim(form, "[]")) {
					t.Errorf("value %d gives it away", i)
				}
			}
		}
	}
	if got := fmt.Sprint(token); got != "[redacted]" || token.String() != got {
		t.Errorf("prints as %q", got)
	}
}

func TestZeroToken(t *testing.T) {
	var token Token
	if token.Reveal() != "" || token.ID() != "" || !token.ExpiresAt().IsZero() {
		t.Error("the zero Token says something")
	}
}
