package login

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

func verifiedClaims(t *testing.T, claims string) *Claims {
	t.Helper()
	var config Config
	if strings.Contains(claims, `"aud"`) {
		config.Audience = "api"
	}
	v := newTestVerifier(t, testKey(keys.HS256), config)
	c, err := v.Verify(t.Context(), signedClaims(testKey(keys.HS256), claims))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClaimsOfAToken(t *testing.T) {
	c := verifiedClaims(t, `{"iss":"us","sub":"ada","aud":["web","api"],"jti":"1","scope":"a b","iat":1772366399.25,"nbf":1.7723664e9,"exp":1772367300}`)
	c.text = ""
	want := &Claims{
		Issuer: "us", Subject: "ada", ID: "1", Audience: []string{"web", "api"}, Scopes: []string{"a", "b"},
		IssuedAt: noon.Add(-750 * time.Millisecond), NotBefore: noon, ExpiresAt: noon.Add(15 * time.Minute),
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	none := verifiedClaims(t, `{"exp":1772367300}`)
	none.text = ""
	if want := (&Claims{ExpiresAt: noon.Add(15 * time.Minute)}); !reflect.DeepEqual(none, want) {
		t.Errorf("got  %+v\nwant %+v", none, want)
	}
}

// KeyID is the kid of the key that verified, not that of the header.
func TestKeyID(t *testing.T) {
	key := testKey(keys.ES256)
	token := signed(key, `{"alg":"ES256","kid":"anything"}`, goodClaims)
	c, err := newTestVerifier(t, key, Config{}).Verify(t.Context(), token)
	if err != nil || c.KeyID != key.ID() {
		t.Errorf("KeyID %q, error %v, want %q", c.KeyID, err, key.ID())
	}
}

const customClaims = `{"exp":1772367300,"n":9007199254740993,"x":0.1,"role":"admin","Role":"none","deep":{"a":[1,2.5,"s",null,true]},"é\u0041":1}`

func TestDecode(t *testing.T) {
	c := verifiedClaims(t, customClaims)
	t.Run("struct", func(t *testing.T) {
		var into struct {
			N       int64 `json:"n"`
			Exp     int64 `json:"exp"`
			Role    string
			Lower   string          `json:"role"`
			Deep    json.RawMessage `json:"deep"`
			X       json.Number     `json:"x"`
			Any     any             `json:"-"`
			Missing *int            `json:"missing"`
		}
		if err := c.Decode(&into); err != nil {
			t.Fatal(err)
		}
		if into.N != 9007199254740993 || into.Exp != 1772367300 || into.Role != "none" || into.Lower != "admin" ||
			into.X != "0.1" || into.Missing != nil || string(into.Deep) != `{"a":[1,2.5,"s",null,true]}` {
			t.Errorf("got %+v", into)
		}
	})
	t.Run("map", func(t *testing.T) {
		var into map[string]any
		if err := c.Decode(&into); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"exp": json.Number("1772367300"), "n": json.Number("9007199254740993"), "x": json.Number("0.1"),
			"role": "admin", "Role": "none", "éA": json.Number("1"),
			"deep": map[string]any{"a": []any{json.Number("1"), json.Number("2.5"), "s", nil, true}},
		}
		if !reflect.DeepEqual(into, want) {
			t.Errorf("got  %v\nwant %v", into, want)
		}
	})
	t.Run("what does not fit", func(t *testing.T) {
		var into struct {
			Role int `json:"role"`
		}
		if err := c.Decode(&into); err == nil {
			t.Error("a text is decoded as a number")
		}
		var number struct {
			Role json.Number `json:"role"`
		}
		if err := c.Decode(&number); err == nil {
			t.Error("a text that is no number is decoded as json.Number")
		}
	})
}

func TestClaimsWithoutAToken(t *testing.T) {
	for _, c := range []*Claims{nil, {}} {
		if err := c.Decode(new(any)); err == nil {
			t.Error("claims of no token are decoded")
		}
		if len(c.JSON()) != 0 || c.HasScopes("read") || !c.HasScopes() {
			t.Error("claims of no token say something")
		}
	}
}

func TestJSONIsACopy(t *testing.T) {
	c := verifiedClaims(t, customClaims)
	clear(c.JSON())
	if string(c.JSON()) != customClaims {
		t.Errorf("JSON is %s", c.JSON())
	}
}
