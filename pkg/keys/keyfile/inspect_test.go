package keyfile_test

import (
	"fmt"
	"path"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

const (
	rfc7638Key = `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`
	rfc8037Key = `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	rfc7515HMC = `{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}`
)

func TestInspect(t *testing.T) {
	for _, tt := range []struct {
		file string
		want keyfile.Info
	}{
		{"rsa.pem", keyfile.Info{Format: "PKCS #8", Type: "RSA", Bits: 2048, Private: true, Algorithm: keys.RS256}},
		{"rsa.pkcs1.pem", keyfile.Info{Format: "PKCS #1", Type: "RSA", Bits: 2048, Private: true, Algorithm: keys.RS256}},
		{"rsa.pub.pem", keyfile.Info{Format: "SubjectPublicKeyInfo", Type: "RSA", Bits: 2048, Algorithm: keys.RS256}},
		{"rsa.pub.pkcs1.pem", keyfile.Info{Format: "PKCS #1", Type: "RSA", Bits: 2048, Algorithm: keys.RS256}},
		{"p384.sec1.pem", keyfile.Info{Format: "SEC 1", Type: "EC", Curve: "P-384", Bits: 384, Private: true, Algorithm: keys.ES384}},
		{"ed25519.pem", keyfile.Info{Format: "PKCS #8", Type: "OKP", Curve: "Ed25519", Bits: 256, Private: true, Algorithm: keys.EdDSA}},
		{"p256.cert.pem", keyfile.Info{Format: "certificate", Type: "EC", Curve: "P-256", Bits: 256, Algorithm: keys.ES256}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			got, err := keyfile.Inspect(read(t, path.Join("../testdata/good", tt.file)))
			wantErr(t, err, nil)
			if got.ID == "" || got.ID != got.Thumbprint {
				t.Errorf("id %q, thumbprint %q", got.ID, got.Thumbprint)
			}
			if got.Private != (len(got.Warnings) == 1) {
				t.Errorf("warnings %q", got.Warnings)
			}
			if (got.Format == "certificate") != got.NotAfter.After(time.Unix(0, 0)) || got.NotAfter.Before(got.NotBefore) {
				t.Errorf("dates %v, %v", got.NotBefore, got.NotAfter)
			}
			if !strings.HasPrefix(got.Fingerprint, "SHA256:") {
				t.Errorf("fingerprint %q", got.Fingerprint)
			}
			got.Fingerprint = ""
			got.ID, got.Thumbprint, got.Warnings, got.NotBefore, got.NotAfter = "", "", nil, time.Time{}, time.Time{}
			if !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestInspectJWK(t *testing.T) {
	info := must(keyfile.Inspect([]byte(rfc7638Key)))
	if info.Format != "JWK" || info.ID != "2011-04-29" || info.Private || info.Algorithm != keys.RS256 || info.Bits != 2048 || len(info.Warnings) > 0 {
		t.Errorf("public: %+v", info)
	}
	info = must(keyfile.Inspect([]byte(rfc8037Key)))
	if !info.Private || info.Type != "OKP" || len(info.Warnings) != 1 {
		t.Errorf("private: %+v", info)
	}
	info = must(keyfile.Inspect([]byte(edit(rfc8037Key, "key_ops", `["verify"]`))))
	if !info.Private || info.Type != "OKP" || len(info.Warnings) != 2 || !strings.Contains(info.Warnings[1], `do not include "sign"`) {
		t.Errorf("private, to verify only: %+v", info)
	}
	_, err := keyfile.Inspect([]byte(edit(rfc8037Key, "key_ops", `["deriveKey"]`)))
	wantErr(t, err, keys.ErrUnsupported)
	info = must(keyfile.Inspect([]byte(rfc7515HMC)))
	if !info.Private || info.Type != "oct" || info.Bits != 512 || info.Thumbprint != "" || info.ID != "" {
		t.Errorf("secret: %+v", info)
	}
	info = must(keyfile.Inspect(fmt.Appendf(nil, `{"keys":[%s,{"kty":"X"}]}`, rfc7638Key)))
	if info.Format != "JWK Set" || len(info.Keys) != 1 || info.Keys[0].ID != "2011-04-29" || info.Private || len(info.Warnings) > 0 {
		t.Errorf("set: %+v", info)
	}
	info = must(keyfile.Inspect(fmt.Appendf(nil, `{"keys":[%s,%s]}`, rfc7638Key, rfc8037Key)))
	if !info.Private || len(info.Warnings) != 1 || !strings.Contains(info.Warnings[0], "do not publish") {
		t.Errorf("set with a private key: %+v", info)
	}
	info = must(keyfile.Inspect(fmt.Appendf(nil, `{"keys":[%s,%s]}`, rfc7638Key, rfc7515HMC)))
	if !info.Private || len(info.Warnings) != 2 || !strings.Contains(info.Warnings[0], "key 2 of the JWK Set: not a public key") {
		t.Errorf("set with a secret: %+v", info)
	}
	info = must(keyfile.Inspect(read(t, "../testdata/recorded/rsa2048_e3.pem")))
	if len(info.Warnings) != 2 || !strings.Contains(strings.Join(info.Warnings, " "), "exponent 3") {
		t.Errorf("e of 3: %q", info.Warnings)
	}
}

func edit(jwk, name, value string) string {
	var m map[string]jsontext.Value
	if err := json.Unmarshal([]byte(jwk), &m); err != nil {
		panic(err)
	}
	delete(m, name)
	if value != "" {
		m[name] = jsontext.Value(value)
	}
	return string(must(json.Marshal(m)))
}
