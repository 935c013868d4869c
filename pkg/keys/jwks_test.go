package keys_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// In a JWK Set an unknown kty is skipped, and a duplicate kid refused.
func TestParseJWKS(t *testing.T) {
	public, ed := edit(rfc7515EC, "d", ""), edit(rfc8037Key, "d", "")
	named := func(jwk, kid string) string { return edit(jwk, "kid", `"`+kid+`"`) }
	for _, tt := range []struct {
		name string
		keys []string
		want int
		err  error
	}{
		{"two keys", []string{named(public, "a"), named(ed, "b")}, 2, nil},
		{"without kids", []string{public, ed}, 2, nil},
		{"an unknown kty", []string{`{"kty":"X","kid":1}`, public}, 1, nil},
		{"a key for encryption", []string{edit(public, "use", `"enc"`), ed}, 1, nil},
		{"an encryption algorithm", []string{edit(rfc7638Key, "alg", `"RSA-OAEP"`), ed}, 1, nil},
		{"an unknown kty with a use of a number", []string{`{"kty":"X","use":1}`, public}, 1, nil},
		{"a malformed key for encryption", []string{edit(edit(public, "use", `"enc"`), "x", `"A"`), ed}, 1, nil},
		{"a small key for encryption", []string{edit(edit(rfc7638Key, "alg", `"RSA-OAEP"`), "n", `"AQ"`), ed}, 1, nil},
		{"a malformed key to agree on others", []string{edit(edit(public, "key_ops", `["deriveKey"]`), "x", "1"), ed}, 1, nil},
		{"a secret for encryption", []string{edit(rfc7515HMC, "use", `"enc"`), ed}, 1, nil},
		{"a kid that a key for encryption has too", []string{named(public, "a"), named(edit(ed, "use", `"enc"`), "a")}, 1, nil},
		{"another curve", []string{edit(public, "crv", `"secp256k1"`), ed}, 1, nil},
		{"private keys", []string{rfc7515EC, rfc8037Key}, 2, nil},
		{"a private key to sign", []string{edit(rfc7515EC, "key_ops", `["sign"]`)}, 1, nil},
		{"an RSA key with d alone", []string{edit(rfc7638Key, "d", `"AQAB"`)}, 1, nil},
		{"a kid twice", []string{named(public, "a"), named(ed, "a")}, 2, nil},
		{"a key twice without kid", []string{public, public}, 1, nil},
		{"a secret", []string{public, rfc7515HMC}, 1, nil},
		{"a malformed key", []string{public, edit(ed, "x", `"A"`)}, 1, nil},
		{"a key of null", []string{public, "null"}, 1, nil},
		{"a kty of null", []string{public, `{"kty":null}`}, 1, nil},
		{"a member of the wrong type", []string{public, edit(rfc7638Key, "e", "65537")}, 1, nil},
		{"a curve of the wrong type", []string{ed, edit(public, "crv", "256")}, 1, nil},
		{"plain base64", []string{public, edit(rfc7638Key, "n", `"+/+/"`)}, 1, nil},
		{"a point off its curve", []string{ed, edit(public, "y", `"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"`)}, 1, nil},
		{"an alg of another curve", []string{ed, edit(public, "alg", `"ES384"`)}, 1, nil},
		{"a secret without k", []string{public, `{"kty":"oct"}`}, 1, nil},

		{"a weak key", []string{public, edit(rfc7638Key, "n", `"`+strings.Repeat("_", 170)+`w"`)}, 1, nil},
		{"a large key", []string{public, edit(rfc7638Key, "n", `"`+strings.Repeat("_", 1366)+`8"`)}, 1, nil},
		{"a point of small order", []string{public, edit(ed, "x", `"`+strings.Repeat("A", 43)+`"`)}, 1, nil},
		{"a long exponent", []string{public, edit(rfc7638Key, "e", `"_____w"`)}, 1, nil},
		{"a key without kty", []string{public, "{}"}, 1, nil},
		{"RSA without n", []string{public, edit(rfc7638Key, "n", "")}, 1, nil},
		{"RSA without n and a malformed e", []string{public, edit(edit(rfc7638Key, "n", ""), "e", "1")}, 1, nil},
		{"RSA without e", []string{public, edit(rfc7638Key, "e", "")}, 1, nil},
		{"EC without crv", []string{ed, edit(public, "crv", "")}, 1, nil},
		{"EC without x", []string{ed, edit(public, "x", "")}, 1, nil},
		{"EC without y", []string{ed, edit(public, "y", "")}, 1, nil},
		{"OKP without x", []string{public, edit(ed, "x", "")}, 1, nil},
		{"a kid that a weak key has too", []string{named(public, "a"), named(edit(rfc7638Key, "n", `"`+strings.Repeat("_", 170)+`w"`), "a")}, 1, nil},
		{"a name twice in a key", []string{public, strings.Replace(ed, "{", `{"kty":"OKP",`, 1)}, 1, nil},
		{"a key that is not UTF-8", []string{public, `{"kty":"` + "\xff" + `"}`}, 1, nil},
		{"only a secret", []string{`{"kty":"X"}`, rfc7515HMC}, 0, keys.ErrNotPublic},
		{"only a damaged key", []string{edit(public, "x", `"A"`)}, 0, keys.ErrMalformed},
		{"only an alg of another curve", []string{edit(public, "alg", `"ES384"`)}, 0, keys.ErrAlgorithm},
		{"only a weak key", []string{edit(rfc7638Key, "n", `"`+strings.Repeat("_", 170)+`w"`)}, 0, keys.ErrWeak},
		{"only a key without n", []string{`{"kty":"X"}`, edit(rfc7638Key, "n", "")}, 0, keys.ErrMalformed},
		{"only a key without kty", []string{"{}", edit(rfc7638Key, "n", "")}, 0, keys.ErrNoKey},
		{"no keys", nil, 0, keys.ErrNoKey},
		{"no usable key", []string{`{"kty":"X"}`}, 0, keys.ErrNoKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := fmt.Appendf(nil, `{"keys":[%s]}`, strings.Join(tt.keys, ","))
			set, err := keys.ParseJWKS(text, nil)
			wantErr(t, err, tt.err)
			_, inspected := keyfile.Inspect(text)
			wantErr(t, inspected, tt.err)
			if err != nil {
				return
			}
			if got := len(set.Snapshot().VerificationKeys()); got != tt.want {
				t.Errorf("%d keys, want %d", got, tt.want)
			}
			_, err = set.Snapshot().Signer()
			wantErr(t, err, keys.ErrNoSigningKey)
			if skipped := len(set.Skipped()); skipped != len(tt.keys)-tt.want {
				t.Errorf("%d keys were skipped", skipped)
			}
			text, err = keys.MarshalJWKS(set.Snapshot().VerificationKeys()...)
			if tt.name == "a kid twice" {
				wantErr(t, err, keys.ErrKeyID)
				return
			}
			wantErr(t, err, nil)
			again, err := keys.ParseJWKS(text, nil)
			wantErr(t, err, nil)
			if len(again.Snapshot().VerificationKeys()) != tt.want {
				t.Error("written, it has other keys")
			}
		})
	}
	for text, want := range map[string]error{
		`{"keys":{}}`: keys.ErrMalformed, `{"keys":null}`: keys.ErrMalformed, `{"keys":[]}`: keys.ErrNoKey, `{"keys":[],"keys"`: keys.ErrMalformed,
		`{"a":1,"keys":[{}] x`: keys.ErrMalformed, `{"keys":[{"kty":}]}`: keys.ErrMalformed, `{"a":}`: keys.ErrMalformed, `{"keys":[{}]}x`: keys.ErrMalformed,
		`{"a":1}`: keys.ErrNoKey, `{"keys":[` + strings.Repeat("{},", 100) + `{}]}`: keys.ErrTooLarge, `{"keys":[` + strings.Repeat(" ", 512<<10) + `]}`: keys.ErrTooLarge, `{"keys":[}`: keys.ErrMalformed,
		`{"keys":[],"keys":[]}`: keys.ErrMalformed, public: keys.ErrNoKey, `[]`: keys.ErrMalformed, ``: keys.ErrNoKey,
		string(testdata(t, "good/rsa.pub.pem")): keys.ErrUnsupported,
	} {
		_, err := keys.ParseJWKS([]byte(text), nil)
		wantErr(t, err, want)
	}
}

// A set of which nothing is left says why.
func TestSkippedKeysAreExplained(t *testing.T) {
	_, err := keys.ParseJWKS([]byte(`{"keys":[{"kty":"X"},{"kty":"RSA"},{}]}`), nil)
	if want := "key 2 of the JWK Set: malformed key: the JWK has no n"; err == nil || err.Error() != want {
		t.Errorf("it says %v, want %s", err, want)
	}
}

func TestMarshalJWKS(t *testing.T) {
	k := keyFor(t, keys.ES256).VerificationKey()
	_, err := keys.MarshalJWKS(k, k)
	wantErr(t, err, keys.ErrKeyID)
	_, err = keys.MarshalJWKS(nil)
	wantErr(t, err, keys.ErrNoKey)
	_, err = keys.MarshalJWKS()
	wantErr(t, err, keys.ErrNotPublic)
	if with, without := must(keys.MarshalJWKS(k, keyFor(t, keys.HS256).VerificationKey())), must(keys.MarshalJWKS(k)); !bytes.Equal(with, without) {
		t.Error("a secret is published")
	}
}
