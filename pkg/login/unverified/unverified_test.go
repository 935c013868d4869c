package unverified_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
	"github.com/loginctl/loginctl/pkg/login/unverified"
)

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func TestDecode(t *testing.T) {
	good := encode(`{"alg":"HS256","typ":"JWT"}`) + "." + encode(`{"sub":"ada"}`) + ".AAAA"
	u, err := unverified.Decode(good)
	if err != nil || string(u.Header) != `{"alg":"HS256","typ":"JWT"}` || string(u.Payload) != `{"sub":"ada"}` {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := unverified.Decode(encode(`{"alg":"none"}`) + "." + encode(`{}`) + "."); err != nil {
		t.Errorf("alg none: %v", err)
	}
	for _, tt := range []struct {
		name, token string
		want        error
	}{
		{"empty", "", jws.ErrSegments},
		{"two segments", "e30.e30", jws.ErrSegments},
		{"four segments", "e30.e30.e30.e30", jws.ErrSegments},
		{"header base64", "e30=.e30.AAAA", jws.ErrHeaderBase64},
		{"payload base64", "e30.e3.AAAA", jws.ErrPayloadBase64},
		{"signature base64", "e30.e30.A", jws.ErrSignatureBase64},
		{"header JSON", encode(`{"a":1,"a":1}`) + ".e30.AAAA", jws.HeaderFailures[jws.DuplicateName]},
		{"header empty", ".e30.AAAA", jws.HeaderFailures[jws.NotObject]},
		{"payload JSON", "e30." + encode(`{"a":}`) + ".AAAA", jws.ClaimsFailures[jws.NotJSON]},
		{"payload string", "e30." + encode(`"a"`) + ".AAAA", jws.ClaimsFailures[jws.NotObject]},
		{"payload UTF-8", "e30." + encode("{\"a\":\"\xff\"}") + ".AAAA", jws.ClaimsFailures[jws.NotUTF8]},
		{"payload and more", "e30." + encode(`{} {}`) + ".AAAA", jws.ClaimsFailures[jws.NotJSON]},
		{"payload depth", "e30." + encode(strings.Repeat(`{"a":`, 32)+"{}"+strings.Repeat("}", 32)) + ".AAAA", jws.ClaimsFailures[jws.TooDeep]},
		{"too large", strings.Repeat("A", 16<<10+1), login.ErrTooLarge},
	} {
		if u, err := unverified.Decode(tt.token); u != nil || err != tt.want {
			t.Errorf("%s: %v, %v, want %v", tt.name, u, err, tt.want)
		}
	}
}

// No guard accepts a Token: it is not convertible to Claims, and package login cannot
// name it, because package unverified imports that one.
func TestTokenIsNoCredential(t *testing.T) {
	token := reflect.TypeFor[*unverified.Token]()
	if token.Elem().ConvertibleTo(reflect.TypeFor[login.Claims]()) {
		t.Error("a Token can be converted to Claims")
	}
	if token.NumMethod() != 0 {
		t.Error("a Token has methods that an interface could ask for")
	}
}

// FuzzDecode has any text: no panic, and the result is strict JSON.
func FuzzDecode(f *testing.F) {
	data, err := os.ReadFile("../testdata/hostile.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var example struct{ Token string }
		if err := json.Unmarshal(line, &example); err != nil {
			f.Fatal(err)
		}
		f.Add(example.Token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		u, err := unverified.Decode(token)
		if err != nil {
			if u != nil || !errors.Is(err, login.ErrMalformed) {
				t.Errorf("%v beside error %v", u, err)
			}
			return
		}
		for _, text := range [][]byte{u.Header, u.Payload} {
			if value := jsontext.Value(text); !value.IsValid() || value.Kind() != '{' {
				t.Errorf("%q is taken", token)
			}
		}
	})
}
