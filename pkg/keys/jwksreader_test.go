package keys_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// publicJWK returns the public JWK of k with that kid and without alg and use.
func publicJWK(t *testing.T, k *keys.SigningKey, kid string) string {
	t.Helper()
	text := string(must(keys.MarshalPublicJWK(must(k.WithID(kid)).VerificationKey())))
	return edit(edit(text, "alg", ""), "use", "")
}

func jwks(entries ...string) []byte {
	return fmt.Appendf(nil, `{"keys":[%s]}`, strings.Join(entries, ","))
}

// selects checks that the keys for (alg, kid) verify a signature of k.
func selects(t *testing.T, set *keys.Set, k *keys.SigningKey, kid string) {
	t.Helper()
	selection, err := set.Snapshot().Select(k.Algorithm(), kid, true)
	wantErr(t, err, nil)
	_, err = selection.Verify("text", must(k.Sign(context.Background(), "text")))
	wantErr(t, err, nil)
}

// A good key of a set is used whatever else the set lists.
func TestOddEntriesAreSkipped(t *testing.T) {
	good, other := keyFor(t, keys.RS256), keyFor(t, keys.ES256)
	rsa, ec := publicJWK(t, good, "good"), publicJWK(t, other, "odd")
	for _, tt := range []struct {
		name, entry string
		reason      error
	}{
		{"x5c without n", `{"kty":"RSA","kid":"odd","x5c":["MII"]}`, keys.ErrMalformed},
		{"padded base64", edit(edit(rsa, "kid", `"odd"`), "e", `"AQAB="`), keys.ErrMalformed},
		{"standard base64", edit(edit(rsa, "kid", `"odd"`), "n", `"+/+/"`), keys.ErrMalformed},
		{"a numeric e", edit(edit(rsa, "kid", `"odd"`), "e", `65537`), keys.ErrMalformed},
		{"key_ops of a string", edit(ec, "key_ops", `"verify"`), keys.ErrMalformed},
		{"a secret", `{"kty":"oct","kid":"odd","alg":"HS256","k":"QWxsIHRoZSB3b3JsZCdzIGEgc3RhZ2UgYW5kIGFsbCB0aGUgbWVu"}`, keys.ErrNotPublic},
		{"an alg of another kind", edit(ec, "alg", `"RS256"`), keys.ErrAlgorithm},
		{"an encryption key", edit(ec, "use", `"enc"`), keys.ErrUnsupported},
		{"secp256k1", edit(edit(ec, "crv", `"secp256k1"`), "alg", `"ES256K"`), keys.ErrUnsupported},
		{"ML-DSA", `{"kty":"AKP","kid":"odd","alg":"ML-DSA-65","pub":"AA"}`, keys.ErrUnsupported},
		{"a point off its curve", edit(ec, "y", `"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"`), keys.ErrMalformed},
		{"a name twice", strings.Replace(ec, "{", `{"kid":"odd",`, 1), keys.ErrMalformed},
		{"the good key again", rsa, keys.ErrKeyID},
		{"null", `null`, keys.ErrMalformed},
		{"a list", `[1]`, keys.ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, err := keys.ParseJWKS(jwks(tt.entry, rsa), nil)
			wantErr(t, err, nil)
			at := 1
			if tt.name == "the good key again" {
				at = 2
			}
			skipped := set.Skipped()
			if len(skipped) != 1 || skipped[0].Position != at {
				t.Fatalf("skipped: %v", skipped)
			}
			wantErr(t, skipped[0].Err, tt.reason)
			selects(t, set, good, "good")
			_, err = set.Snapshot().Select(keys.RS256, "odd", true)
			wantErr(t, err, keys.ErrUnknownKey)
			_, err = set.Snapshot().Select(keys.ES512, "odd", true)
			if skipped[0].ID == "odd" {
				wantErr(t, err, keys.ErrUnknownKey)
				if want := skipped[0].Err.Error(); !strings.Contains(err.Error(), want) {
					t.Errorf("a token for it is refused with %q, without %q", err, want)
				}
			}
		})
	}
}

// These entries have an unusual form and one meaning.
func TestUnusualEntriesAreRead(t *testing.T) {
	k, ec := keyFor(t, keys.RS256), keyFor(t, keys.ES256)
	rsa := publicJWK(t, k, "a")
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(rsa), &m); err != nil {
		t.Fatal(err)
	}
	n := strings.Trim(string(m["n"]), `"`)
	zero := edit(rsa, "n", `"AA`+strings.Repeat("A", 2)+n+`"`) // three zero octets
	for name, set := range map[string][]byte{
		"a leading zero in n":      jwks(zero),
		"null members":             jwks(edit(edit(edit(edit(rsa, "alg", "null"), "use", "null"), "d", "null"), "key_ops", "null")),
		"RS256 and RS512":          jwks(edit(rsa, "alg", `"RS512"`), edit(rsa, "alg", `"RS256"`)),
		"RSA and EC":               jwks(publicJWK(t, ec, "a"), rsa),
		"several keys of one kid":  jwks(rsaOf(t, "a"), rsa),
		"a damaged key of its kid": jwks(edit(rsa, "n", `"AQAB"`), rsa),
		"a byte order mark":        append([]byte("\xef\xbb\xbf"), jwks(rsa)...),
		"a long set":               append(jwks(rsa), strings.Repeat(" ", 300<<10)...),
		"other members":            []byte(`{"x":1,"x":2,"keys":[` + rsa + `],"spiffe_sequence":1}`),
	} {
		t.Run(name, func(t *testing.T) {
			set, err := keys.ParseJWKS(set, nil)
			wantErr(t, err, nil)
			selects(t, set, k, "a")
		})
	}
}

// rsaOf returns another RSA key with that kid.
func rsaOf(t *testing.T, kid string) string {
	t.Helper()
	return edit(edit(rfc7638Key, "alg", ""), "kid", `"`+kid+`"`)
}

func TestAllowedAlgorithms(t *testing.T) {
	rsa := publicJWK(t, keyFor(t, keys.RS256), "r")
	ec := publicJWK(t, keyFor(t, keys.ES256), "e")
	opts := &keys.JWKSOptions{Algorithms: []keys.Algorithm{keys.RS512, keys.PS256, keys.HS256}}
	set, err := keys.ParseJWKS(jwks(ec, rsa, edit(rsa, "alg", `"PS256"`), edit(rsa, "alg", `"RS256"`)), opts)
	wantErr(t, err, nil)
	for _, alg := range []keys.Algorithm{keys.RS512, keys.PS256} {
		selects(t, set, keyFor(t, alg), "r")
	}
	for _, alg := range []keys.Algorithm{keys.RS256, keys.ES256, keys.HS256} {
		_, err := set.Snapshot().Select(alg, "r", true)
		if alg == keys.ES256 {
			_, err = set.Snapshot().Select(alg, "other", true)
			wantErr(t, err, keys.ErrAlgorithm)
			continue
		}
		// The kid is that of a skipped entry too, which says more than "no such algorithm".
		wantErr(t, err, keys.ErrUnknownKey)
	}
	if got := len(set.Skipped()); got != 3 { // EC, the PS256 that is there, RS256
		t.Errorf("%d were skipped", got)
	}
	_, err = keys.ParseJWKS(jwks(ec), opts)
	wantErr(t, err, keys.ErrNoKey)
	if !strings.Contains(err.Error(), "ES256 is not allowed, only [RS512 PS256 HS256]") {
		t.Errorf("it says %v", err)
	}
	_, err = keys.ParseJWKS(jwks(rsa), &keys.JWKSOptions{Algorithms: []keys.Algorithm{}})
	wantErr(t, err, keys.ErrNoKey)
}

func TestFurtherUses(t *testing.T) {
	k := keyFor(t, keys.ES256)
	bundle := jwks(edit(publicJWK(t, k, "s"), "use", `"jwt-svid"`), edit(publicJWK(t, keyFor(t, keys.ES256), "x"), "use", `"x509-svid"`))
	_, err := keys.ParseJWKS(bundle, nil)
	wantErr(t, err, keys.ErrNoKey)
	set, err := keys.ParseJWKS(bundle, &keys.JWKSOptions{Uses: []string{"jwt-svid"}})
	wantErr(t, err, nil)
	selects(t, set, k, "s")
	if skipped := set.Skipped(); len(skipped) != 1 || skipped[0].ID != "x" {
		t.Errorf("skipped: %v", skipped)
	}
}

// At most eight keys are tried for one token.
func TestKeysOfOneKidAreBounded(t *testing.T) {
	var entries []string
	var last *keys.SigningKey
	for range 9 {
		last = keyFor(t, keys.EdDSA)
		entries = append(entries, publicJWK(t, last, "same"))
	}
	set, err := keys.ParseJWKS(jwks(entries...), nil)
	wantErr(t, err, nil)
	selection, err := set.Snapshot().Select(keys.EdDSA, "same", true)
	wantErr(t, err, nil)
	_, err = selection.Verify("text", must(last.Sign(context.Background(), "text")))
	wantErr(t, err, keys.ErrSignature)
	if skipped := set.Skipped(); len(skipped) != 1 || skipped[0].Position != 9 {
		t.Errorf("skipped: %v", skipped)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = set.Snapshot().Select(keys.EdDSA, "same", true) }); n != 0 {
		t.Errorf("Select allocates %v times", n)
	}
}

// A set that has a kid twice can still be changed; its own kids stay distinct.
func TestChangesOfASetThatWasRead(t *testing.T) {
	set := must(keys.ParseJWKS(jwks(publicJWK(t, keyFor(t, keys.ES256), "a"), publicJWK(t, keyFor(t, keys.EdDSA), "a"), "{}"), nil))
	next := must(keyFor(t, keys.ES256).WithID("b"))
	wantErr(t, set.Publish(next.VerificationKey()), nil)
	wantErr(t, set.Publish(must(keyFor(t, keys.ES256).WithID("a")).VerificationKey()), keys.ErrKeyID)
	wantErr(t, set.Rotate(must(keyFor(t, keys.ES256).WithID("a"))), keys.ErrKeyID)
	wantErr(t, set.Rotate(next), nil)
	wantErr(t, set.Retire("a"), nil)
	if got := set.Snapshot().VerificationKeys(); len(got) != 1 || got[0].ID() != "b" {
		t.Errorf("it has %v", got)
	}
	if len(set.Skipped()) != 1 {
		t.Error("the skipped entry is not known any more")
	}
	if (*keys.Set)(nil).Skipped() != nil {
		t.Error("a nil set skipped something")
	}
}

// An RSA key of a JWK Set that states no alg verifies any hash; one with alg does not.
func TestKeyWithoutAlg(t *testing.T) {
	public := edit(rfc7638Key, "alg", "")
	set := must(keys.ParseJWKS([]byte(`{"keys":[`+public+`]}`), nil))
	if n := len(set.Snapshot().VerificationKeys()); n != 1 {
		t.Errorf("the set has %d keys", n)
	}
	for _, alg := range []keys.Algorithm{keys.RS256, keys.RS384, keys.RS512} {
		if _, err := set.Snapshot().Select(alg, "", false); err != nil {
			t.Errorf("%v: %v", alg, err)
		}
	}
	_, err := set.Snapshot().Select(keys.PS256, "", false)
	wantErr(t, err, keys.ErrAlgorithm)
	stated := must(keys.ParseJWKS([]byte(`{"keys":[`+edit(rfc7638Key, "alg", `"RS256"`)+`]}`), nil))
	_, err = stated.Snapshot().Select(keys.RS512, "", false)
	wantErr(t, err, keys.ErrAlgorithm)
}

// Replacing the keys by the same keys keeps the snapshot, and with it the tokens that
// verifiers remember.
func TestReplaceBySameKeys(t *testing.T) {
	document := []byte(`{"keys":[` + edit(rfc7638Key, "alg", "") + `]}`)
	set := must(keys.ParseJWKS(document, nil))
	before := set.Snapshot()
	wantErr(t, set.Replace(must(keys.ParseJWKS(document, nil))), nil)
	if set.Snapshot() != before {
		t.Error("the same keys make another snapshot")
	}
	wantErr(t, set.Replace(must(keys.ParseJWKS([]byte(`{"keys":[`+edit(rfc7638Key, "alg", `"RS256"`)+`]}`), nil))), nil)
	if set.Snapshot() == before {
		t.Error("a key that now states its alg keeps the snapshot")
	}
}
