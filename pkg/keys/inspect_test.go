package keys_test

import (
	"fmt"
	"path"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

func TestInspect(t *testing.T) {
	for _, tt := range []struct {
		file string
		want keys.Info
	}{
		{"rsa.pem", keys.Info{Format: "PKCS #8", Type: "RSA", Bits: 2048, Private: true, Algorithm: keys.RS256}},
		{"rsa.pkcs1.pem", keys.Info{Format: "PKCS #1", Type: "RSA", Bits: 2048, Private: true, Algorithm: keys.RS256}},
		{"rsa.pub.pem", keys.Info{Format: "SubjectPublicKeyInfo", Type: "RSA", Bits: 2048, Algorithm: keys.RS256}},
		{"rsa.pub.pkcs1.pem", keys.Info{Format: "PKCS #1", Type: "RSA", Bits: 2048, Algorithm: keys.RS256}},
		{"p384.sec1.pem", keys.Info{Format: "SEC 1", Type: "EC", Curve: "P-384", Bits: 384, Private: true, Algorithm: keys.ES384}},
		{"ed25519.pem", keys.Info{Format: "PKCS #8", Type: "OKP", Curve: "Ed25519", Bits: 256, Private: true, Algorithm: keys.EdDSA}},
		{"p256.cert.pem", keys.Info{Format: "certificate", Type: "EC", Curve: "P-256", Bits: 256, Algorithm: keys.ES256}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			got, err := keys.Inspect(testdata(t, path.Join("good", tt.file)))
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
	info := must(keys.Inspect([]byte(rfc7638Key)))
	if info.Format != "JWK" || info.ID != "2011-04-29" || info.Private || info.Algorithm != keys.RS256 || info.Bits != 2048 || len(info.Warnings) > 0 {
		t.Errorf("public: %+v", info)
	}
	info = must(keys.Inspect([]byte(rfc8037Key)))
	if !info.Private || info.Type != "OKP" || len(info.Warnings) != 1 {
		t.Errorf("private: %+v", info)
	}
	info = must(keys.Inspect([]byte(edit(rfc8037Key, "key_ops", `["verify"]`))))
	if !info.Private || info.Type != "OKP" || len(info.Warnings) != 2 || !strings.Contains(info.Warnings[1], `do not include "sign"`) {
		t.Errorf("private, to verify only: %+v", info)
	}
	_, err := keys.Inspect([]byte(edit(rfc8037Key, "key_ops", `["deriveKey"]`)))
	wantErr(t, err, keys.ErrUnsupported)
	info = must(keys.Inspect([]byte(rfc7515HMC)))
	if !info.Private || info.Type != "oct" || info.Bits != 512 || info.Thumbprint != "" || info.ID != "" {
		t.Errorf("secret: %+v", info)
	}
	info = must(keys.Inspect(fmt.Appendf(nil, `{"keys":[%s,{"kty":"X"}]}`, rfc7638Key)))
	if info.Format != "JWK Set" || len(info.Keys) != 1 || info.Keys[0].ID != "2011-04-29" || info.Private || len(info.Warnings) > 0 {
		t.Errorf("set: %+v", info)
	}
	info = must(keys.Inspect(fmt.Appendf(nil, `{"keys":[%s,%s]}`, rfc7638Key, rfc8037Key)))
	if !info.Private || len(info.Warnings) != 1 || !strings.Contains(info.Warnings[0], "do not publish") {
		t.Errorf("set with a private key: %+v", info)
	}
	info = must(keys.Inspect(fmt.Appendf(nil, `{"keys":[%s,%s]}`, rfc7638Key, rfc7515HMC)))
	if !info.Private || len(info.Warnings) != 2 || !strings.Contains(info.Warnings[0], "key 2 of the JWK Set: not a public key") {
		t.Errorf("set with a secret: %+v", info)
	}
	info = must(keys.Inspect(testdata(t, "recorded/rsa2048_e3.pem")))
	if len(info.Warnings) != 2 || !strings.Contains(strings.Join(info.Warnings, " "), "exponent 3") {
		t.Errorf("e of 3: %q", info.Warnings)
	}
}
