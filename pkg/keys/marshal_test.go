package keys_test

import (
	"bytes"
	"cmp"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

func TestMarshalRoundTrip(t *testing.T) {
	for _, tt := range []struct {
		name    string
		marshal func(*keys.SigningKey) ([]byte, error)
		label   string // if empty, the type of the key is in it
		algs    []keys.Algorithm
	}{
		{"PKCS #8", keys.MarshalPKCS8, "PRIVATE KEY", []keys.Algorithm{keys.RS256, keys.ES256, keys.ES384, keys.ES512, keys.EdDSA}},
		{"traditional", keys.MarshalTraditional, "", []keys.Algorithm{keys.RS256, keys.ES256, keys.ES384, keys.ES512}},
	} {
		for _, alg := range []keys.Algorithm{keys.HS256, keys.RS256, keys.ES256, keys.ES384, keys.ES512, keys.EdDSA} {
			t.Run(tt.name+" "+alg.String(), func(t *testing.T) {
				k := keyFor(t, alg)
				text, err := tt.marshal(k)
				if !strings.Contains(joined(tt.algs), alg.String()) {
					wantErr(t, err, keys.ErrUnsupported)
					return
				}
				wantErr(t, err, nil)
				if !bytes.HasPrefix(text, []byte("-----BEGIN "+cmp.Or(tt.label, alg.Type()+" PRIVATE KEY")+"-----\n")) || text[len(text)-1] != '\n' {
					t.Error("another kind of block")
				}
				again, err := keys.Parse(text)
				wantErr(t, err, nil)
				if !again.VerificationKey().Equal(k.VerificationKey()) {
					t.Error("another key")
				}
				works(t, again)
				works(t, k) // clearing after the write must not reach the key
			})
		}
		_, err := tt.marshal(nil)
		wantErr(t, err, keys.ErrNoKey)
	}
}

func joined(algs []keys.Algorithm) string {
	var names []string
	for _, alg := range algs {
		names = append(names, alg.String())
	}
	return strings.Join(names, " ")
}

func TestMarshalPublic(t *testing.T) {
	for _, alg := range []keys.Algorithm{keys.RS256, keys.ES256, keys.ES384, keys.ES512, keys.EdDSA} {
		k := keyFor(t, alg).VerificationKey()
		again, err := keys.ParsePublic(must(keys.MarshalPublic(k)))
		wantErr(t, err, nil)
		if !again.Equal(k) {
			t.Errorf("%v: another key", alg)
		}
	}
	_, err := keys.MarshalPublic(keyFor(t, keys.HS256).VerificationKey())
	wantErr(t, err, keys.ErrNotPublic)
	for _, marshal := range []func(*keys.VerificationKey) ([]byte, error){keys.MarshalPublic, keys.MarshalPublicJWK} {
		_, err = marshal(nil)
		wantErr(t, err, keys.ErrNoKey)
	}
	_, err = keys.MarshalJWK(nil)
	wantErr(t, err, keys.ErrNoKey)
}
