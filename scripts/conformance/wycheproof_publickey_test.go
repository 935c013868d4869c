package conformance

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

type publicKeyGroup struct {
	Curve string
	Tests []struct {
		TcID    int
		Comment string
		Flags   []string
		Public  json.RawMessage // a JWK, or a string that is PEM
		Result  string
	}
}

// TestWycheproofPublicKeys runs the public keys of the ECDH and XDH vectors,
// which are full of points off the curve, home-made curves and damaged
// PEM, through ParsePublic. A key that is good for key agreement on a curve that
// a JWS algorithm uses is a good key here.
func TestWycheproofPublicKeys(t *testing.T) {
	count := newTally()
	for _, name := range files(t, "ecdh_*_pem_test.json", "ecdh_*_webcrypto_test.json", "x25519_pem_test.json", "x25519_jwk_test.json", "x448_pem_test.json", "x448_jwk_test.json") {
		for _, group := range load[publicKeyGroup](t, name).TestGroups {
			for _, v := range group.Tests {
				id := fmt.Sprintf("%s tcId %d (%s)", name, v.TcID, v.Comment)
				data := []byte(v.Public)
				var text string
				if json.Unmarshal(v.Public, &text) == nil {
					data = []byte(text)
				}
				key, err := keys.ParsePublic(data)
				switch {
				case err != nil && !isCurve(group.Curve) && v.Result != "invalid":
					count.rule(group.Curve+" is not used here", name, v.TcID)
					if !errors.Is(err, keys.ErrUnsupported) && v.Result == "valid" {
						t.Errorf("%s: %v, want keys.ErrUnsupported", id, err)
					}
				case err != nil && v.Result == "valid":
					t.Errorf("%s: a good key is refused: %v", id, err)
				case err != nil && v.Result == "acceptable":
					count.rule("acceptable there ("+strings.Join(v.Flags, ", ")+"), refused here", name, v.TcID)
				case err != nil:
					count.refused++
				case key.Algorithm().String() != ownAlgorithm(group.Curve):
					// A good key by itself, and no good with the vector's private key.
					if v.Result != "invalid" {
						t.Errorf("%s: a key on %s is accepted as %s", id, group.Curve, key.Algorithm())
					}
					count.skipped["a good key on another curve that is used here"]++
					sameAsStandardLibrary(t, id, key, data)
				case v.Result == "invalid":
					t.Errorf("%s: an invalid key is accepted", id)
				default:
					count.accepted++
					if !slices.Contains(v.Flags, "CompressedPoint") { // crypto/x509 does not read these
						sameAsStandardLibrary(t, id, key, data)
					}
				}
			}
		}
	}
	count.log(t)
}

func ownAlgorithm(curve string) string {
	return map[string]string{
		"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512",
		"P-256": "ES256", "P-384": "ES384", "P-521": "ES512",
	}[curve]
}

// sameAsStandardLibrary compares a key read from PEM with the reading of crypto/x509.
func sameAsStandardLibrary(t *testing.T, id string, key *keys.VerificationKey, data []byte) {
	t.Helper()
	block, _ := pem.Decode(data)
	if block == nil {
		return // a JWK, or PEM that encoding/pem does not take
	}
	want, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Errorf("%s: accepted, and crypto/x509 says: %v", id, err)
		return
	}
	der, err := x509.MarshalPKIXPublicKey(want)
	if err != nil {
		t.Fatal(err)
	}
	written, err := keys.MarshalPublic(key)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := pem.Decode(written); got == nil || string(got.Bytes) != string(der) {
		t.Errorf("%s: another key than crypto/x509 reads", id)
	}
}
