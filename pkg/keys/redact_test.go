package keys_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Keys print redacted on every path, also as a field of another struct, by pointer
// and by value.
func TestKeysPrintRedacted(t *testing.T) {
	text := "thisisthesecretthatmustnotbeshown-0123456789"
	secret := must(keys.ParseSecret([]byte(text), keys.HS256))
	rsaKey := keyFor(t, keys.RS256)
	for _, tt := range []struct {
		name string
		key  any
		want string
		leak []string
	}{
		{"secret", secret, `HS256 secret [redacted]`, leaks([]byte(text))},
		{"secret by value", *secret, `HS256 secret [redacted]`, leaks([]byte(text))},
		{"secret that verifies", secret.VerificationKey(), `HS256 secret [redacted]`, leaks([]byte(text))},
		{"private key", rsaKey, fmt.Sprintf("RS256 private key %q [redacted]", rsaKey.ID()), leaks(standardRSA(t).D.Bytes())},
		{"public key", rsaKey.VerificationKey(), fmt.Sprintf("RS256 public key %q", rsaKey.ID()), nil},
		{"zero key", keys.SigningKey{}, "no key", nil},
		{"zero public key", &keys.VerificationKey{}, "no key", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			outer := struct {
				Key    any
				hidden any
			}{tt.key, tt.key}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%p"} {
				if got := fmt.Sprintf(verb, tt.key); verb != "%p" && got != tt.want {
					t.Errorf("%s prints %s", verb, got)
				}
				hasNone(t, verb+" of a struct", fmt.Sprintf(verb, outer), tt.leak)
				hasNone(t, verb+" of a slice", fmt.Sprintf(verb, []any{tt.key}), tt.leak)
			}
			encoded := must(json.Marshal(outer))
			hasNone(t, "JSON", string(encoded), tt.leak)
			if !bytes.Contains(encoded, must(json.Marshal(tt.want))) {
				t.Errorf("JSON is %s", encoded)
			}
			var log bytes.Buffer
			slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", tt.key, "outer", outer)
			slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", tt.key, "outer", outer)
			hasNone(t, "slog", log.String(), tt.leak)
		})
	}
}

// A struct with keys of its own as unexported fields: package fmt cannot call
// their methods, and prints the fields of what they point to for %s and %q.
func TestHiddenKeysPrintRedacted(t *testing.T) {
	secret, ed := keyFor(t, keys.HS256), keyFor(t, keys.EdDSA)
	block, _ := pem.Decode(must(keys.MarshalPKCS8(ed)))
	for _, tt := range []struct {
		key  *keys.SigningKey
		leak []string
	}{
		{secret, leaks(must(keys.MarshalSecret(secret)))},
		{ed, leaks(block.Bytes[len(block.Bytes)-32:])}, // the seed
	} {
		outer := struct {
			value  keys.SigningKey
			key    *keys.SigningKey
			public keys.VerificationKey
		}{*tt.key, tt.key, *tt.key.VerificationKey()}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t", "%p"} {
			hasNone(t, verb, fmt.Sprintf(verb, outer), tt.leak)
		}
	}
}

// leaks lists the ways a secret could show.
func leaks(secret []byte) []string {
	return []string{
		string(secret[:12]), hex.EncodeToString(secret[:12]), base64.StdEncoding.EncodeToString(secret)[:12],
		strings.Trim(fmt.Sprint(secret[:8]), "[]"), new(big.Int).SetBytes(secret).String()[:20],
	}
}

func hasNone(t *testing.T, where, printed string, leaks []string) {
	t.Helper()
	for _, leak := range leaks {
		if strings.Contains(strings.ToLower(printed), strings.ToLower(leak)) {
			t.Errorf("%s shows the secret", where)
		}
	}
}

// A nil key in a log line is no crash.
func TestNilKeysPrint(t *testing.T) {
	var k *keys.SigningKey
	var v *keys.VerificationKey
	if got := fmt.Sprintf("%v %+v", k, v); got != "<nil> <nil>" {
		t.Errorf("prints %s", got)
	}
	slog.New(slog.DiscardHandler).Info("x", "key", k, "public", v)
	if got := must(json.Marshal([]any{k, v})); string(got) != "[null,null]" {
		t.Errorf("JSON is %s", got)
	}
}

// No error shows the data that was read.
func TestErrorsShowNoSecrets(t *testing.T) {
	text := "thisisthesecretthatmustnotbeshown"
	for _, data := range []string{
		text[:20],
		`{"kty":"oct","k":"` + text + `!"}`,
		`{"kty":"oct","k":"` + text + `","k":"` + text + `"}`,
		`{"kty":"oct","k":"` + text,
		`{"kty":"RSA","n":"` + text + `"}`,
		"-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----",
	} {
		for _, parse := range []func([]byte) error{
			func(b []byte) error { _, err := keys.Parse(b); return err },
			func(b []byte) error { _, err := keys.ParsePublic(b); return err },
			func(b []byte) error { _, err := keys.ParseJWKS(b, nil); return err },
			func(b []byte) error { _, err := keys.ParseEncrypted(b, []byte(text)); return err },
			func(b []byte) error { _, err := keys.ParseSecret(b, keys.HS512); return err },
			func(b []byte) error { _, err := keyfile.Inspect(b); return err },
		} {
			if err := parse([]byte(data)); err == nil || strings.Contains(err.Error(), text[:12]) {
				t.Errorf("the error for %.20q… is absent or shows the text", data)
			}
		}
	}
}
