package conformance

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwa"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/session"
)

// refreshSecret signs access tokens and refresh tokens alike, the worst case.
const refreshSecret = "0123456789abcdef0123456789abcdef0123456789abcdef"

// refreshTexts are a refresh token, and each choice of three of its six parts, which is a
// compact JWS by its form. The access token of the same session comes first.
func refreshTexts(t *testing.T) (access string, texts []string) {
	t.Helper()
	key, err := keys.ParseSecret([]byte(refreshSecret), keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	m, err := session.New(key, login.ClaimsOnly, login.Config{}, session.Config[*login.Claims]{Store: new(session.Memory)})
	if err != nil {
		t.Fatal(err)
	}
	pair, err := m.Open(context.Background(), login.Grant{Subject: "ada"}, session.Device{})
	if err != nil {
		t.Fatal(err)
	}
	token := pair.Refresh.Reveal()
	texts = []string{token}
	parts := strings.Split(token, ".")
	for i := range parts {
		for j := i + 1; j < len(parts); j++ {
			for k := j + 1; k < len(parts); k++ {
				texts = append(texts, parts[i]+"."+parts[j]+"."+parts[k])
			}
		}
	}
	for _, text := range texts {
		if _, err := m.Verify(context.Background(), text); err == nil {
			t.Error("loginctl verifies a refresh token, or parts of one")
		}
	}
	if _, err := m.Refresh(context.Background(), pair.Access.Reveal()); err == nil {
		t.Error("loginctl refreshes by an access token")
	}
	return pair.Access.Reveal(), texts
}

// A refresh token is an access token for no verifier, also with the key that signed it.
func TestRefreshTokensAreNoAccessTokens(t *testing.T) {
	access, texts := refreshTexts(t)
	secret := []byte(refreshSecret)
	for name, verifies := range map[string]func(token string) error{
		"golang-jwt": func(token string) error {
			_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return secret, nil })
			return err
		},
		"go-jose": func(token string) error {
			parsed, err := josejwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.HS256})
			if err != nil {
				return err
			}
			return parsed.Claims(secret, &map[string]any{})
		},
		"jwx": func(token string) error {
			_, err := jwxjwt.Parse([]byte(token), jwxjwt.WithKey(jwa.HS256(), secret))
			return err
		},
	} {
		if err := verifies(access); err != nil {
			t.Errorf("%s refuses the access token: %v", name, err)
		}
		for _, text := range texts {
			if verifies(text) == nil {
				t.Errorf("%s verifies a refresh token, or parts of one", name)
			}
		}
	}
}

// pyjwt verifies the tokens on its standard input, one a line, the good one first.
const pyjwt = `
import os, sys, jwt
good, *bad = sys.stdin.read().split()
secret = os.environ["SECRET"]
jwt.decode(good, secret, algorithms=["HS256"])
for token in bad:
    try:
        jwt.decode(token, secret, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        continue
    sys.exit("accepted")
`

func TestRefreshTokensInPyJWT(t *testing.T) {
	const python = "/usr/bin/python3" // the one that Debian's package is for, as in interop.sh
	if err := exec.Command(python, "-c", "import jwt; jwt.decode").Run(); err != nil {
		if os.Getenv("LOGINCTL_REQUIRE_TOOLS") != "" {
			t.Fatal("PyJWT is not installed, and LOGINCTL_REQUIRE_TOOLS asks for it")
		}
		t.Skip("PyJWT is not installed: apt-get install python3-jwt")
	}
	access, texts := refreshTexts(t)
	check := exec.CommandContext(t.Context(), python, "-c", pyjwt)
	check.Env = append(os.Environ(), "SECRET="+refreshSecret)
	check.Stdin = strings.NewReader(access + "\n" + strings.Join(texts, "\n"))
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("PyJWT: %v\n%s", err, out)
	}
}
