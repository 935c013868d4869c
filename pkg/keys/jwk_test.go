package keys_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

const (
	rfc7638Key = `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`
	rfc8037Key = `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	rfc7515HMC = `{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}`
	rfc7515EC  = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}`
	rfc7515Pay = `eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ`
)

// Thumbprints are those of RFC 7638.
func TestThumbprintsOfTheRFCs(t *testing.T) {
	for _, tt := range []struct{ name, key, want string }{
		{"RFC 7638 section 3.1", rfc7638Key, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
		{"RFC 8037 appendix A.3", rfc8037Key, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
	} {
		k, err := keys.ParsePublic([]byte(tt.key))
		wantErr(t, err, nil)
		if k.Thumbprint() != tt.want {
			t.Errorf("%s: %s", tt.name, k.Thumbprint())
		}
	}
	if k := must(keys.ParsePublic([]byte(rfc7638Key))); k.ID() != "2011-04-29" || k.Algorithm() != keys.RS256 {
		t.Errorf("it is %v", k)
	}
}

func TestSignaturesOfTheRFCs(t *testing.T) {
	for _, tt := range []struct{ name, key, input, signature string }{
		{"RFC 7515 appendix A.1", rfc7515HMC, "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + rfc7515Pay, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"},
		{"RFC 7515 appendix A.3", rfc7515EC, "eyJhbGciOiJFUzI1NiJ9." + rfc7515Pay, "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
		{"RFC 8037 appendix A.4", rfc8037Key, "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc", "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := keys.Parse([]byte(tt.key))
			wantErr(t, err, nil)
			signature := must(base64.RawURLEncoding.DecodeString(tt.signature))
			wantErr(t, k.VerificationKey().Verify(tt.input, signature), nil)
			if k.Algorithm() != keys.ES256 && string(must(k.Sign(context.Background(), tt.input))) != string(signature) {
				t.Error("it signs otherwise")
			}
		})
	}
}

// Every kind of key survives being written and read, as JWK, PEM and by go-jose.
func TestJWKRoundTrip(t *testing.T) {
	for _, alg := range keys.Algorithms() {
		t.Run(alg.String(), func(t *testing.T) {
			k := must(keyFor(t, alg).WithID("my key"))
			text, err := keys.MarshalJWK(k)
			wantErr(t, err, nil)
			again, err := keys.Parse(text)
			wantErr(t, err, nil)
			if again.ID() != "my key" || again.Algorithm() != alg || !again.VerificationKey().Equal(k.VerificationKey()) {
				t.Errorf("it is %v", again)
			}
			works(t, again)
			var theirs jose.JSONWebKey
			if err := theirs.UnmarshalJSON(text); err != nil || theirs.KeyID != "my key" || theirs.Algorithm != alg.String() {
				t.Errorf("go-jose reads %v", err)
			}
			if alg.Type() == "oct" {
				_, err = keys.ParsePublic(text)
				wantErr(t, err, keys.ErrNotPublic)
				_, err = keys.MarshalPublicJWK(k.VerificationKey())
				wantErr(t, err, keys.ErrNotPublic)
				return
			}
			public, err := keys.ParsePublic(text)
			wantErr(t, err, nil)
			text, err = keys.MarshalPublicJWK(public)
			wantErr(t, err, nil)
			public, err = keys.ParsePublic(text)
			wantErr(t, err, nil)
			if !public.Equal(k.VerificationKey()) || public.ID() != "my key" || public.Algorithm() != alg {
				t.Errorf("it is %v", public)
			}
		})
	}
}

// Public exports have no private members: an allow-list of members, by type.
func TestPublicExportsHaveNoPrivateMembers(t *testing.T) {
	allowed := []string{"kty", "use", "kid", "alg", "crv", "x", "y", "n", "e"}
	var all []*keys.VerificationKey
	for _, alg := range []keys.Algorithm{keys.RS256, keys.PS256, keys.ES256, keys.ES384, keys.ES512, keys.EdDSA} {
		all = append(all, must(keyFor(t, alg).WithID(alg.String())).VerificationKey())
	}
	set := must(keys.MarshalJWKS(all...))
	var parsed struct{ Keys []map[string]any }
	if err := json.Unmarshal(set, &parsed); err != nil || len(parsed.Keys) != len(all) {
		t.Fatalf("%d keys, %v", len(parsed.Keys), err)
	}
	for i, k := range parsed.Keys {
		for name, value := range k {
			if !slices.Contains(allowed, name) || reflect.TypeOf(value).Kind() != reflect.String {
				t.Errorf("%v has the member %s", all[i], name)
			}
		}
	}
	for _, k := range all {
		text := string(must(keys.MarshalPublic(k)))
		if strings.Contains(text, "PRIVATE") {
			t.Error("a private block")
		}
	}
}

// edit changes one member of a JWK; a value of "" removes it.
func edit(jwk, name, value string) string {
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(jwk), &m); err != nil {
		panic(err)
	}
	delete(m, name)
	if value != "" {
		m[name] = json.RawMessage(value)
	}
	return string(must(json.Marshal(m)))
}

// JWK members have the right types and lengths in canonical base64url; use, key_ops
// and alg are respected.
func TestJWKsThatAreRefused(t *testing.T) {
	rsaKey := string(must(keys.MarshalJWK(keyFor(t, keys.RS256))))
	rsaPublic := edit(rfc7638Key, "kid", "")
	zeroFirst := `"` + base64.RawURLEncoding.EncodeToString([]byte{0, 1, 0, 1}) + `"`
	for _, tt := range []struct {
		name string
		jwk  string
		err  error
	}{
		{"as it is", rfc7515EC, nil},
		{"unknown members", edit(rfc7515EC, "ext", "true"), nil},
		{"x5c is not read", edit(rfc7515EC, "x5c", `["MII","not base64"]`), nil},
		{"use of sig", edit(rfc7515EC, "use", `"sig"`), nil},
		{"key_ops with sign", edit(rfc7515EC, "key_ops", `["verify","sign"]`), nil},

		{"a name twice", strings.Replace(rfc7515EC, `{`, `{"kty":"EC",`, 1), keys.ErrMalformed},
		{"an escaped name twice", strings.Replace(rfc7515EC, `{`, `{"\u006bty":"EC",`, 1), keys.ErrMalformed},
		{"not UTF-8", strings.Replace(rfc7515EC, `{`, "{\"\xff\":1,", 1), keys.ErrMalformed},
		{"data after it", rfc7515EC + "x", keys.ErrMalformed},
		{"another after it", rfc7515EC + rfc7515EC, keys.ErrMalformed},
		{"cut off", rfc7515EC[:50], keys.ErrMalformed},
		{"a comment", strings.Replace(rfc7515EC, `{`, `{/**/`, 1), keys.ErrMalformed},
		{"names in another case", strings.ToUpper(rfc7515EC[:6]) + rfc7515EC[6:], keys.ErrNoKey},
		{"no kty", edit(rfc7515EC, "kty", ""), keys.ErrNoKey},
		{"kty of a number", edit(rfc7515EC, "kty", "1"), keys.ErrMalformed},
		{"kty of null", edit(rfc7515EC, "kty", "null"), keys.ErrNoKey},
		{"an unknown kty", edit(rfc7515EC, "kty", `"AKP"`), keys.ErrUnsupported},
		{"kty in lower case", edit(rfc7515EC, "kty", `"ec"`), keys.ErrUnsupported},
		{"kty of another key", edit(rfc7515EC, "kty", `"RSA"`), keys.ErrMalformed},
		{"kid of a number", edit(rfc7515EC, "kid", "1"), keys.ErrMalformed},
		{"an empty kid", edit(rfc7515EC, "kid", `""`), keys.ErrMalformed},
		{"a kid with a line break", edit(rfc7515EC, "kid", `"a\nb"`), keys.ErrMalformed},
		{"alg of none", edit(rfc7515EC, "alg", `"none"`), keys.ErrUnsupported},
		{"alg for encryption", edit(rfc7515EC, "alg", `"ECDH-ES"`), keys.ErrUnsupported},
		{"alg of another curve", edit(rfc7515EC, "alg", `"ES384"`), keys.ErrAlgorithm},
		{"alg of another type", edit(rfc7515EC, "alg", `"RS256"`), keys.ErrAlgorithm},
		{"alg of HMAC", edit(rfc7515EC, "alg", `"HS256"`), keys.ErrAlgorithm},
		{"alg of a list", edit(rfc7515EC, "alg", `["ES256"]`), keys.ErrMalformed},
		{"use of enc", edit(rfc7515EC, "use", `"enc"`), keys.ErrUnsupported},
		{"use of a list", edit(rfc7515EC, "use", `["sig"]`), keys.ErrMalformed},
		{"key_ops without sign", edit(rfc7515EC, "key_ops", `["deriveKey"]`), keys.ErrUnsupported},
		{"empty key_ops", edit(rfc7515EC, "key_ops", `[]`), keys.ErrUnsupported},
		{"key_ops of a string", edit(rfc7515EC, "key_ops", `"sign"`), keys.ErrMalformed},
		{"key_ops of numbers", edit(rfc7515EC, "key_ops", `[1]`), keys.ErrMalformed},
		{"key_ops twice", edit(rfc7515EC, "key_ops", `["sign","sign"]`), keys.ErrMalformed},

		{"EC without crv", edit(rfc7515EC, "crv", ""), keys.ErrMalformed},
		{"EC on secp256k1", edit(rfc7515EC, "crv", `"secp256k1"`), keys.ErrUnsupported},
		{"EC on P-224", edit(rfc7515EC, "crv", `"P-224"`), keys.ErrUnsupported},
		{"EC on another curve", edit(rfc7515EC, "crv", `"P-384"`), keys.ErrMalformed},
		{"EC without y", edit(rfc7515EC, "y", ""), keys.ErrMalformed},
		{"EC off its curve", edit(rfc7515EC, "y", `"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"`), keys.ErrMalformed},
		{"EC y not canonical", edit(rfc7515EC, "y", `"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a3"`), keys.ErrMalformed},
		{"EC y padded", edit(rfc7515EC, "y", `"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0="`), keys.ErrMalformed},
		{"EC y with a line break", edit(rfc7515EC, "y", `"x_FEzRu9m36HLN_tue659\nLNpXW6pCyStikYjKIWI5a0"`), keys.ErrMalformed},
		{"EC y in plain base64", edit(rfc7515EC, "y", `"x/FEzRu9m36HLN/tue659LNpXW6pCyStikYjKIWI5a0"`), keys.ErrMalformed},
		{"EC x of 33 bytes", edit(rfc7515EC, "x", `"AH_NzidwdsRdQYPL7m_bS3tYBzM1e-nvE7rPbjx70VRF"`), keys.ErrMalformed},
		{"EC x of 31 bytes", edit(rfc7515EC, "x", `"zc4ncPbEXUGDy-5v20t7WAczNXvp7xO6z248e9FURQ"`), keys.ErrMalformed},
		{"EC d of another key", edit(rfc7515EC, "d", `"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LM"`), keys.ErrMalformed},
		{"EC d of zero", edit(rfc7515EC, "d", `"`+strings.Repeat("A", 43)+`"`), keys.ErrMalformed},
		{"EC d too long", edit(rfc7515EC, "d", `"`+strings.Repeat("A", 44)+`"`), keys.ErrMalformed},
		{"a public EC key", edit(rfc7515EC, "d", ""), keys.ErrNoSigningKey},

		{"OKP on X25519", edit(rfc8037Key, "crv", `"X25519"`), keys.ErrUnsupported},
		{"OKP on Ed448", edit(rfc8037Key, "crv", `"Ed448"`), keys.ErrUnsupported},
		{"OKP without crv", edit(rfc8037Key, "crv", ""), keys.ErrMalformed},
		{"OKP without x", edit(rfc8037Key, "x", ""), keys.ErrMalformed},
		{"OKP x of 31 bytes", edit(rfc8037Key, "x", `"`+strings.Repeat("A", 42)+`"`), keys.ErrMalformed},
		{"OKP d of 31 bytes", edit(rfc8037Key, "d", `"`+strings.Repeat("A", 42)+`"`), keys.ErrMalformed},
		{"OKP d of another key", edit(rfc8037Key, "d", `"`+strings.Repeat("A", 43)+`"`), keys.ErrMalformed},
		{"OKP as EdDSA", edit(rfc8037Key, "alg", `"EdDSA"`), nil},
		{"OKP as Ed25519", edit(rfc8037Key, "alg", `"Ed25519"`), nil},
		{"EC as Ed25519", edit(rfc7515EC, "alg", `"Ed25519"`), keys.ErrAlgorithm},
		{"OKP as ES256", edit(rfc8037Key, "alg", `"ES256"`), keys.ErrAlgorithm},

		{"RSA", rsaKey, nil},
		{"RSA without dp, dq and qi", edit(edit(edit(rsaKey, "dp", ""), "dq", ""), "qi", ""), keys.ErrMalformed},
		{"RSA without primes", edit(edit(rsaKey, "p", ""), "q", ""), keys.ErrUnsupported},
		{"RSA without q", edit(rsaKey, "q", ""), keys.ErrMalformed},
		{"RSA with more primes", edit(rsaKey, "oth", `[]`), keys.ErrUnsupported},
		{"RSA with another d", edit(rsaKey, "d", `"AQAB"`), keys.ErrMalformed},
		{"RSA with another modulus", edit(rsaKey, "n", string(must(json.Marshal(member(rfc7638Key, "n"))))), keys.ErrMalformed},
		{"RSA e with a leading zero", edit(rsaKey, "e", zeroFirst), nil},
		{"RSA d with a leading zero", edit(rsaKey, "d", zeroFirst), keys.ErrMalformed},
		{"RSA e empty", edit(rsaKey, "e", `""`), keys.ErrMalformed},
		{"RSA e of a number", edit(rsaKey, "e", `65537`), keys.ErrMalformed},
		{"RSA e even", edit(rsaKey, "e", `"BA"`), keys.ErrMalformed},
		{"RSA e of 1", edit(rsaKey, "e", `"AQ"`), keys.ErrWeak},
		{"RSA e of 64 bits", edit(rsaKey, "e", `"_________w8"`), keys.ErrMalformed},
		{"RSA e of 40 bits", edit(rsaKey, "e", `"_____w8"`), keys.ErrMalformed},
		{"RSA of 1024 bits", edit(rsaKey, "n", `"`+strings.Repeat("_", 170)+`w"`), keys.ErrWeak},
		{"RSA of 8200 bits", edit(rsaKey, "n", `"`+strings.Repeat("_", 1366)+`8"`), keys.ErrTooLarge},
		{"a public RSA key", rsaPublic, keys.ErrNoSigningKey},

		{"oct", rfc7515HMC, nil},
		{"oct for HS512", edit(rfc7515HMC, "alg", `"HS512"`), nil},
		{"oct for RS256", edit(rfc7515HMC, "alg", `"RS256"`), keys.ErrAlgorithm},
		{"oct for encryption", edit(rfc7515HMC, "alg", `"A256GCM"`), keys.ErrUnsupported},
		{"oct without k", edit(rfc7515HMC, "k", ""), keys.ErrMalformed},
		{"oct with an empty k", edit(rfc7515HMC, "k", `""`), keys.ErrWeak},
		{"oct of 31 bytes", edit(rfc7515HMC, "k", `"`+strings.Repeat("A", 40)+`Ag"`), keys.ErrWeak},
		{"oct of zeros", edit(rfc7515HMC, "k", `"`+strings.Repeat("A", 64)+`"`), keys.ErrWeak},
		{"oct not canonical", edit(rfc7515HMC, "k", `"`+strings.Repeat("B", 43)+`"`), keys.ErrMalformed},
		{"oct that is a PEM block", edit(rfc7515HMC, "k", `"`+base64.RawURLEncoding.EncodeToString(testdata(t, "good/rsa.pub.pem"))+`"`), keys.ErrNotSecret},
		{"oct to verify only", edit(rfc7515HMC, "key_ops", `["verify"]`), keys.ErrUnsupported},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := keys.Parse([]byte(tt.jwk))
			if tt.name == "RSA e of 40 bits" || tt.name == "RSA e of 64 bits" {
				if err == nil {
					t.Fatal("it is a key")
				}
				return
			}
			wantErr(t, err, tt.err)
			_, inspected := keyfile.Inspect([]byte(tt.jwk))
			if err == nil {
				works(t, k)
				wantErr(t, inspected, nil)
				_, err = keys.ParseEncrypted([]byte(tt.jwk), []byte("x"))
				wantErr(t, err, keys.ErrNotEncrypted)
			} else if tt.err != keys.ErrNoSigningKey {
				wantErr(t, inspected, tt.err)
				_, err = keys.ParseEncrypted([]byte(tt.jwk), []byte("x"))
				wantErr(t, err, tt.err)
			}
		})
	}
}

func member(jwk, name string) any {
	var m map[string]any
	if err := json.Unmarshal([]byte(jwk), &m); err != nil {
		panic(err)
	}
	return m[name]
}

func TestPublicJWKs(t *testing.T) {
	public := edit(rfc7515EC, "d", "")
	for _, tt := range []struct {
		name string
		jwk  string
		err  error
	}{
		{"public", public, nil},
		{"public to verify", edit(public, "key_ops", `["verify"]`), nil},
		{"private", rfc7515EC, nil},
		{"private to sign", edit(rfc7515EC, "key_ops", `["sign"]`), nil},
		{"public to sign", edit(public, "key_ops", `["sign"]`), keys.ErrUnsupported},
		{"for encryption", edit(public, "use", `"enc"`), keys.ErrUnsupported},
		{"a secret", rfc7515HMC, keys.ErrNotPublic},
		{"a small-order point", `{"kty":"OKP","crv":"Ed25519","x":"` + strings.Repeat("A", 43) + `"}`, keys.ErrWeak},
		{"not JSON", `{`, keys.ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := keys.ParsePublic([]byte(tt.jwk))
			wantErr(t, err, tt.err)
		})
	}
}
