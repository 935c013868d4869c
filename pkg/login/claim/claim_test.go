package claim_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const customClaims = `{"exp":1772367300,"n":9007199254740993,"x":0.1,"role":"admin","Role":"none","deep":{"a":[1,2.5,"s",null,true]},"é\u0041":1}`

// signedClaims is a token with a claims set of any text.
func signedClaims(t *testing.T, key *keys.SigningKey, text string) string {
	t.Helper()
	encode := base64.RawURLEncoding.EncodeToString
	input := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode([]byte(text))
	signature, err := key.Sign(context.Background(), input)
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + encode(signature)
}

// verifiedClaims are those of a token with any claims.
func verifiedClaims(t *testing.T, text string) *login.Claims {
	t.Helper()
	key := logintest.Key(t, keys.HS256)
	verifier, err := login.NewVerifier(key, login.Config{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	c, err := verifier.Verify(t.Context(), signedClaims(t, key, text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// optional reads JSON by itself, null included.
type optional struct{ read string }

func (o *optional) UnmarshalJSON(text []byte) error {
	o.read = string(text)
	return nil
}

func TestAt(t *testing.T) {
	c := verifiedClaims(t, customClaims)
	if role, ok, err := claim.At[string](c, "role"); role != "admin" || !ok || err != nil {
		t.Errorf("role: %v, %v, %v", role, ok, err)
	}
	if n, ok, err := claim.At[int64](c, "n"); n != 9007199254740993 || !ok || err != nil {
		t.Errorf("n: %v, %v, %v", n, ok, err)
	}
	if n, ok, err := claim.At[*big.Int](c, "n"); !ok || err != nil || n.String() != "9007199254740993" {
		t.Errorf("n as a big.Int: %v, %v, %v", n, ok, err)
	}
	if n, ok, err := claim.At[any](c, "n"); n != json.Number("9007199254740993") || !ok || err != nil {
		t.Errorf("n as anything: %v, %v, %v", n, ok, err)
	}
	if one, ok, err := claim.At[int](c, "éA"); one != 1 || !ok || err != nil {
		t.Errorf("a name with an escape: %v, %v, %v", one, ok, err)
	}
	type deep struct {
		A []any `json:"a"`
	}
	if d, ok, err := claim.At[deep](c, "deep"); len(d.A) != 5 || !ok || err != nil {
		t.Errorf("deep: %v, %v, %v", d, ok, err)
	}
	null := verifiedClaims(t, `{"exp":1772367300,"role":null,"sub":"ada"}`)
	if role, ok, err := claim.At[string](null, "role"); role != "" || !ok || err == nil {
		t.Errorf("null as a string: %q, %v, %v", role, ok, err)
	}
	if role, ok, err := claim.At[*string](null, "role"); role != nil || !ok || err != nil {
		t.Errorf("null as a pointer: %v, %v, %v", role, ok, err)
	}
	if role, ok, err := claim.At[optional](null, "role"); role.read != "null" || !ok || err != nil {
		t.Errorf("null as a type that reads JSON by itself: %v, %v, %v", role, ok, err)
	}
	for _, name := range []string{"ROLE", "rol", "a", "", "missing"} {
		if v, ok, err := claim.At[any](c, name); v != nil || ok || err != nil {
			t.Errorf("%q: %v, %v, %v", name, v, ok, err)
		}
	}
	v, ok, err := claim.At[int](c, "role")
	if v != 0 || !ok || err == nil || !strings.Contains(err.Error(), `"role"`) {
		t.Errorf("a text as a number: %v, %v, %v", v, ok, err)
	}
}

func TestTypes(t *testing.T) {
	c := verifiedClaims(t, `{"sub":"a","realm_access":{"roles":["admin"],"x.y":1},"realm_access.name":"whole","auth_time":1772366400.5,`+
		`"late":1772366400000,"text":"1772366400","yes":"true","no":false,"one":1,"maybe":"yes","exp":1772367300,"https://a.example/roles":["r"],"null":null}`)
	if roles, ok, err := claim.At[[]string](c, "realm_access.roles"); err != nil || !ok || len(roles) != 1 || roles[0] != "admin" {
		t.Errorf("a path: %v, %v, %v", roles, ok, err)
	}
	if name, _, err := claim.At[string](c, "realm_access.name"); err != nil || name != "whole" {
		t.Errorf("a whole name: %v, %v", name, err)
	}
	if n, _, err := claim.At[int](c, "realm_access.x.y"); err != nil || n != 1 {
		t.Errorf("a member with a dot: %v, %v", n, err)
	}
	if roles, _, err := claim.At[[]string](c, "https://a.example/roles"); err != nil || len(roles) != 1 {
		t.Errorf("a URL: %v, %v", roles, err)
	}
	if _, ok, err := claim.At[string](c, "realm_access.missing"); ok || err != nil {
		t.Errorf("a path that is not there: %v, %v", ok, err)
	}
	if at, ok, err := claim.At[claim.NumericDate](c, "auth_time"); err != nil || !ok || !at.Equal(noon.Add(500*time.Millisecond)) {
		t.Errorf("a date: %v, %v", at, err)
	}
	for _, name := range []string{"late", "text", "null", "yes"} {
		if _, ok, err := claim.At[claim.NumericDate](c, name); !ok || err == nil {
			t.Errorf("%s passed for a date", name)
		}
	}
	for name, want := range map[string]claim.Bool{"yes": true, "no": false, "one": true} {
		if got, _, err := claim.At[claim.Bool](c, name); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"maybe", "null", "auth_time"} {
		if _, ok, err := claim.At[claim.Bool](c, name); !ok || err == nil {
			t.Errorf("%s passed for a bool", name)
		}
	}
	var all struct {
		AuthTime claim.NumericDate `json:"auth_time"`
		Yes      claim.Bool        `json:"yes"`
	}
	if err := c.Decode(&all); err != nil || !bool(all.Yes) || all.AuthTime.Year() != 2026 {
		t.Errorf("Decode: %+v, %v", all, err)
	}
}

func TestAtWithoutAToken(t *testing.T) {
	for _, c := range []*login.Claims{nil, {}} {
		if _, ok, err := claim.At[any](c, "sub"); ok || err == nil {
			t.Errorf("claims of no token have a sub: %v, %v", ok, err)
		}
	}
}
