package peers

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// FloorVerify is bare cryptography: it checks the signature and decodes the base64 of
// signature and payload into reused buffers. It reads no header, no claim and no
// clock, so a token cannot be verified for less.
func FloorVerify(k fixture.Key) func() Verify {
	return func() Verify {
		check := k.Checker()
		var input, payload, signature []byte
		return func(token string) (err error) {
			first, last := strings.IndexByte(token, '.'), strings.LastIndexByte(token, '.')
			if first < 0 || first == last {
				return errors.New("not three segments")
			}
			input = append(input[:0], token...)
			if signature, err = base64.RawURLEncoding.AppendDecode(signature[:0], input[last+1:]); err != nil {
				return err
			}
			if !check(input[:last], signature) {
				return errors.New("bad signature")
			}
			payload, err = base64.RawURLEncoding.AppendDecode(payload[:0], input[first+1:last])
			return err
		}
	}
}

// floorMint signs the same text again and again and encodes the signature.
func floorMint(k fixture.Key) func() Mint {
	claims := fixture.Must(json.Marshal(map[string]any{"sub": fixture.Subject, "scopes": fixture.Scopes()}))
	return func() Mint {
		sign := k.Signer()
		token := base64.RawURLEncoding.AppendEncode(nil, []byte(fixture.Header(k.Alg)))
		token = base64.RawURLEncoding.AppendEncode(append(token, '.'), claims)
		n := len(token)
		return func() (string, error) {
			signature, err := sign(token[:n])
			token = base64.RawURLEncoding.AppendEncode(append(token[:n], '.'), signature)
			return string(token), err
		}
	}
}
