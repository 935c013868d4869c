package peers

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// FloorVerify checks the signature and decodes the base64 of signature and
// payload into reused buffers. It reads no header, no claim and no clock:
// a token cannot be verified for less.
func FloorVerify(k fixture.Key) (Verify, error) {
	check, err := k.Checker()
	if err != nil {
		return nil, err
	}
	var input, payload, signature []byte
	return func(token string) (string, []string, error) {
		first, last := strings.IndexByte(token, '.'), strings.LastIndexByte(token, '.')
		if first < 0 || first == last {
			return "", nil, errors.New("not three segments")
		}
		input = append(input[:0], token...)
		var err error
		if signature, err = base64.RawURLEncoding.AppendDecode(signature[:0], input[last+1:]); err != nil {
			return "", nil, err
		}
		if err = check(input[:last], signature); err != nil {
			return "", nil, err
		}
		payload, err = base64.RawURLEncoding.AppendDecode(payload[:0], input[first+1:last])
		return "", nil, err
	}, nil
}

// floorMint signs the same text again and again and encodes the signature.
func floorMint(k fixture.Key) (Mint, error) {
	sign, err := k.Signer()
	if err != nil {
		return nil, err
	}
	payload, err := json.Marshal(fixture.Good())
	if err != nil {
		return nil, err
	}
	token := base64.RawURLEncoding.AppendEncode(nil, []byte(fixture.Header(k.Alg)))
	token = append(token, '.')
	token = base64.RawURLEncoding.AppendEncode(token, payload)
	n := len(token)
	return func() (string, error) {
		signature, err := sign(token[:n])
		if err != nil {
			return "", err
		}
		token = append(token[:n], '.')
		token = base64.RawURLEncoding.AppendEncode(token, signature)
		return string(token), nil
	}, nil
}
