package conformance

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// jwkRefused lists the valid vectors of json_web_key that ParseJWKS refuses.
// The secrets in them are good, which [TestWycheproofJWK] tries one by one.
var jwkRefused = map[int]string{2: ruleOctInSet, 13: ruleOctInSet, 14: ruleOctInSet, 15: ruleOctInSet}

// TestWycheproofJWK runs json_web_key: sets of keys, most of them bad, and a
// JWS that must be refused under each bad one.
func TestWycheproofJWK(t *testing.T) {
	count := newTally()
	for _, group := range load[jwsGroup](t, "json_web_key_test.json").TestGroups {
		data := group.Public
		if data == nil {
			data = group.Private
		}
		for _, v := range group.Tests {
			set, setErr := keys.ParseJWKS(data, nil)
			accepted := setErr == nil && isSigned(t, set, v.JWS)
			secrets, secretsErr := secretSet(data)
			acceptedSecret := secretsErr == nil && isSigned(t, secrets, v.JWS)
			rule, refusedByRule := jwkRefused[v.TcID]
			switch {
			case v.Result == "valid" && accepted && !refusedByRule:
				count.accepted++
			case v.Result == "valid" && refusedByRule:
				count.rule(rule, "json_web_key_test.json", v.TcID)
				if accepted || !errors.Is(setErr, keys.ErrNotPublic) {
					t.Errorf("tcId %d (%s): ParseJWKS: %v, want an error that says it holds a secret", v.TcID, v.Comment, setErr)
				}
				if !acceptedSecret {
					t.Errorf("tcId %d (%s): refused as a set of single secrets, too: %v", v.TcID, v.Comment, secretsErr)
				}
			case v.Result == "valid":
				t.Errorf("tcId %d (%s): valid and refused: %v", v.TcID, v.Comment, setErr)
			case accepted, acceptedSecret:
				t.Errorf("tcId %d (%s): invalid and accepted", v.TcID, v.Comment)
			default:
				count.refused++
			}
		}
	}
	count.log(t)
}

// secretSet makes a set of a JWK Set's members one by one, private ones
// included, which ParseJWKS does not do.
func secretSet(data []byte) (*keys.Set, error) {
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, err
	}
	var verify []*keys.VerificationKey
	for _, jwk := range set.Keys {
		if strings.Contains(string(jwk), `"oct"`) {
			key, err := keys.Parse(jwk)
			if err != nil {
				return nil, err
			}
			verify = append(verify, key.VerificationKey())
			continue
		}
		return nil, errors.New("not a set of secrets alone")
	}
	return keys.NewSet(nil, verify...)
}
