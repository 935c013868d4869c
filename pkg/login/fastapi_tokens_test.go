package login_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/unverified"
)

// mintedToken is a token that fastapi-login minted, and the request for it.
type mintedToken struct {
	Name, Algorithm, Token string
	Args                   struct {
		Data   map[string]any
		Scopes []string
	} `json:"mint_args"`
	Header, Claims map[string]any
}

func mintedTokens(t *testing.T) ([]mintedToken, map[string]*keys.SigningKey) {
	t.Helper()
	f, entries := recordings(t)
	secret, err1 := keys.ParseSecret([]byte(f.Secret), keys.HS256)
	private, err2 := keyfile.Load("../keys/testdata/recorded/rsa2048.pem")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return entriesOf[mintedToken](t, entries, "minted_token"), map[string]*keys.SigningKey{"HS256": secret, "RS256": private}
}

// Every token that fastapi-login minted verifies, except one without a text for
// its subject, one for an audience that is not ours, and one that has expired.
func TestFastAPITokensVerify(t *testing.T) {
	minted, by := mintedTokens(t)
	verified := 0
	for _, token := range minted {
		m, err := login.New(by[token.Algorithm], login.ClaimsOnly, login.Config{Now: func() time.Time { return recordedAt }})
		if err != nil {
			t.Fatal(err)
		}
		c, err := m.Verify(t.Context(), token.Token)
		sub, isText := token.Claims["sub"].(string)
		_, hasAudience := token.Claims["aud"]
		expired := token.Claims["exp"].(float64) <= float64(recordedAt.Unix())
		var want error
		switch {
		case expired:
			want = login.ErrExpired
		case hasAudience:
			want = login.ErrAudience
		case !isText:
			want = login.ErrClaims
		}
		if !errors.Is(err, want) || want != nil && c != nil {
			t.Errorf("%s: %v, want %v", token.Name, err, want)
		}
		if err != nil {
			continue
		}
		verified++
		if c.Subject != sub || !slices.Equal(c.Scopes, texts(token.Claims["scopes"])) {
			t.Errorf("%s: subject %q, scopes %q", token.Name, c.Subject, c.Scopes)
		}
	}
	t.Logf("%d of %d verify", verified, len(minted))
	if len(minted) != 20 || verified != 13 {
		t.Errorf("%d of %d verify, want 13 of 20", verified, len(minted))
	}
}

// texts is a JSON list of strings; nil for an absent or an empty one.
func texts(v any) []string {
	var list []string
	values, _ := v.([]any)
	for _, value := range values {
		list = append(list, value.(string))
	}
	return list
}

// Ours carry the same claims, and iat and jti with them.
func TestFastAPITokensMintedHere(t *testing.T) {
	minted, by := mintedTokens(t)
	for _, token := range minted {
		sub, isText := token.Args.Data["sub"].(string)
		if !isText {
			continue // a Manager refuses to issue it
		}
		now := time.Unix(int64(token.Claims["exp"].(float64)), 0).Add(-15 * time.Minute)
		issuer, _ := token.Args.Data["iss"].(string)
		m, err := login.New(by[token.Algorithm], login.ClaimsOnly, login.Config{Issuer: issuer, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		ours, err := m.Issue(grantOf(sub, token.Args.Data, token.Args.Scopes))
		if err != nil {
			t.Errorf("%s: %v", token.Name, err)
			continue
		}
		header, claims := segments(t, ours.Reveal())
		if claims["iat"] != float64(now.Unix()) || claims["jti"] == "" {
			t.Errorf("%s: iat %v, jti %v", token.Name, claims["iat"], claims["jti"])
		}
		delete(claims, "iat")
		if _, was := token.Claims["jti"]; !was {
			delete(claims, "jti")
		}
		for _, c := range []map[string]any{claims, token.Claims} {
			scopes := texts(c["scopes"])
			slices.Sort(scopes) // their order is random there
			if delete(c, "scopes"); len(scopes) > 0 {
				c["scopes"] = scopes
			}
		}
		if !reflect.DeepEqual(claims, token.Claims) {
			t.Errorf("%s: claims %v, recorded %v", token.Name, claims, token.Claims)
		}
		delete(header, "kid") // the thumbprint of an asymmetric key
		if !reflect.DeepEqual(header, token.Header) {
			t.Errorf("%s: header %v, recorded %v", token.Name, header, token.Header)
		}
	}
}

// grantOf returns the Grant for the same token.
func grantOf(sub string, data map[string]any, scopes []string) login.Grant {
	g := login.Grant{Subject: sub, Scopes: scopes}
	custom := map[string]any{}
	for name, value := range data {
		switch name {
		case "sub", "iss":
		case "jti":
			g.ID = value.(string)
		case "aud":
			g.Audience = []string{value.(string)}
		case "scopes":
			g.Scopes = texts(value)
		default:
			custom[name] = value
		}
	}
	g.Custom = custom
	return g
}

func segments(t *testing.T, token string) (header, claims map[string]any) {
	t.Helper()
	read, err := unverified.Decode(token)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(json.Unmarshal(read.Header, &header), json.Unmarshal(read.Payload, &claims)); err != nil {
		t.Fatal(err)
	}
	return header, claims
}

// The cookie names that fastapi-login takes and refuses are ours too; the
// empty one means the default here.
func TestFastAPICookieNames(t *testing.T) {
	type named struct {
		Name        string
		Expectation struct{ OK bool }
	}
	_, entries := recordings(t)
	for _, c := range entriesOf[named](t, entries, "api:set_cookie") {
		name := strings.Trim(c.Name, "'")
		if name == "" {
			continue
		}
		cookie, err := login.Cookie{Name: name}.Build("tok", time.Time{}, recordedAt)
		if (err == nil) != c.Expectation.OK {
			t.Errorf("%q: %v, %v", name, cookie, err)
		}
		if err == nil && cookie.String() != name+"=tok; Path=/; HttpOnly; Secure; SameSite=Lax" {
			t.Errorf("%q: %s", name, cookie)
		}
	}
}
