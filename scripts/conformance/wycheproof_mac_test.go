package conformance

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

type macGroup struct {
	KeySize int // bits
	TagSize int // bits
	Tests   []struct {
		TcID     int
		Comment  string
		Key, Msg octets
		Tag      octets
		Result   string
	}
}

// TestWycheproofMAC runs the HMAC vectors. A tag cut short is refused even
// where the vector is valid, and so is a secret shorter than the hash (RFC 7518 section 3.2).
func TestWycheproofMAC(t *testing.T) {
	count := newTally()
	for name, algorithm := range map[string]keys.Algorithm{
		"hmac_sha256_test.json": keys.HS256, "hmac_sha384_test.json": keys.HS384, "hmac_sha512_test.json": keys.HS512,
	} {
		hashBits := map[keys.Algorithm]int{keys.HS256: 256, keys.HS384: 384, keys.HS512: 512}[algorithm]
		for _, group := range load[macGroup](t, name).TestGroups {
			for _, v := range group.Tests {
				id := fmt.Sprintf("%s tcId %d (%s)", name, v.TcID, v.Comment)
				key, err := secretKey(v.Key, algorithm)
				if group.KeySize < hashBits {
					if !errors.Is(err, keys.ErrWeak) {
						t.Errorf("%s: a secret of %d bits: %v, want keys.ErrWeak", id, group.KeySize, err)
					}
					count.skipped["the secret is shorter than the hash"]++
					continue
				}
				if err != nil {
					t.Fatalf("%s: %v", id, err)
				}
				good := key.Verify(string(v.Msg), v.Tag) == nil
				want := v.Result == "valid" && group.TagSize == hashBits
				switch {
				case good != want:
					t.Errorf("%s: accepted = %v, want %v", id, good, want)
				case good:
					count.accepted++
				case v.Result == "valid":
					count.rule("a tag cut short (RFC 7518 section 3.2)", name, v.TcID)
				default:
					count.refused++
				}
			}
		}
	}
	count.log(t)
}

// secretKey returns a secret of any octets, by way of a JWK.
func secretKey(secret []byte, algorithm keys.Algorithm) (*keys.VerificationKey, error) {
	jwk, err := json.Marshal(map[string]string{
		"kty": "oct", "alg": algorithm.String(), "k": base64.RawURLEncoding.EncodeToString(secret),
	})
	if err != nil {
		return nil, err
	}
	key, err := keys.Parse(jwk)
	if err != nil {
		return nil, err
	}
	return key.VerificationKey(), nil
}
