package conformance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

type jwsGroup struct {
	Comment string
	Private json.RawMessage
	Public  json.RawMessage
	Tests   []jwsVector
}

type jwsVector struct {
	TcID    int
	Comment string
	JWS     string
	Result  string
}

// Rules of ours that are stricter than a vector's author.
const (
	ruleAllZero   = "a secret of one repeated byte is refused as weak: its length is no measure of what it takes to guess it"
	ruleEmpty     = "an empty segment is refused: a token's payload is a JSON object (RFC 7519 section 7.2)"
	ruleAlphabet  = "a character outside base64url is refused (RFC 7515 section 2: no other characters)"
	ruleKeyAlg    = "the key's JWK says another alg than the token's header (RFC 7517 section 4.4)"
	ruleNoSuchAlg = "the key's JWK says ES521, which is no algorithm (RFC 7518 section 3.1 has ES512)"
	ruleOctInSet  = "a JWK Set for verification holds public keys only, no secrets"
)

// jwsRefused lists the valid vectors that a rule of ours refuses.
var jwsRefused = map[int]string{
	259: ruleEmpty, 264: ruleEmpty, 268: ruleEmpty, 272: ruleEmpty, 320: ruleEmpty, 325: ruleEmpty,
	346: ruleKeyAlg, 350: ruleKeyAlg, // PS256 in the JWK, PS384 in the token
	347: ruleNoSuchAlg, 351: ruleNoSuchAlg,
	357: ruleAllZero, 358: ruleAllZero, 359: ruleAllZero, 376: ruleAllZero, 377: ruleAllZero,
	372: ruleAllZero + "; and " + ruleAlphabet, 373: ruleAllZero + "; and " + ruleAlphabet,
}

// TestWycheproofJWS runs json_web_signature through the verifier. The payloads
// are no claims sets, so only Signed of the report counts.
func TestWycheproofJWS(t *testing.T) {
	count := newTally()
	for _, group := range load[jwsGroup](t, "json_web_signature_test.json").TestGroups {
		key, keyErr := group.key()
		for _, v := range group.Tests {
			signed := keyErr == nil && isSigned(t, key, v.JWS)
			rule, refusedByRule := jwsRefused[v.TcID]
			switch {
			case v.Result == "valid" && signed:
				count.accepted++
				if refusedByRule {
					t.Errorf("tcId %d (%s): accepted, although listed as refused: %s", v.TcID, v.Comment, rule)
				}
			case v.Result == "valid" && refusedByRule:
				count.rule(rule, "json_web_signature_test.json", v.TcID)
			case v.Result == "valid":
				t.Errorf("tcId %d (%s, %s): a valid JWS is refused (key: %v)", v.TcID, group.Comment, v.Comment, keyErr)
			case signed:
				t.Errorf("tcId %d (%s, %s): an invalid JWS is accepted", v.TcID, group.Comment, v.Comment)
			default:
				count.refused++
			}
		}
	}
	count.log(t)
}

// The empty payloads that the verifier refuses are good signatures all the same.
func TestWycheproofJWSEmptyPayload(t *testing.T) {
	found := 0
	for _, group := range load[jwsGroup](t, "json_web_signature_test.json").TestGroups {
		for _, v := range group.Tests {
			if jwsRefused[v.TcID] != ruleEmpty {
				continue
			}
			found++
			key, err := group.key()
			if err != nil {
				t.Fatal(err)
			}
			dot := strings.LastIndexByte(v.JWS, '.')
			signature, err := base64.RawURLEncoding.DecodeString(v.JWS[dot+1:])
			if err != nil {
				t.Fatal(err)
			}
			if err := key.Verify(v.JWS[:dot], signature); err != nil {
				t.Errorf("tcId %d: %v", v.TcID, err)
			}
		}
	}
	if found != 6 {
		t.Errorf("%d vectors with an empty payload, want 6", found)
	}
}

// The base64 vectors come with a secret of 32 zero bytes, which is refused. So
// that their shapes are tested all the same, those whose signature part is well
// formed get a MAC of the same text under another secret.
func TestWycheproofJWSBase64(t *testing.T) {
	want := map[int]bool{ // tcId: is the token one that we accept
		357: true,
		365: false, 366: false, // spaces, ####
		371: false,             // an invalid character
		372: false, 373: false, // "valid" there, with a question mark inside: see ruleAlphabet
		374: false,           // unused bits set
		376: true, 377: true, // white space inside the JSON header
	}
	secret := []byte("a secret of more than thirty-two bytes")
	key, err := keys.ParseSecret(secret, keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	run := 0
	for _, group := range load[jwsGroup](t, "json_web_signature_test.json").TestGroups {
		for _, v := range group.Tests {
			accept, listed := want[v.TcID]
			if !listed {
				continue
			}
			run++
			dot := strings.LastIndexByte(v.JWS, '.')
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(v.JWS[:dot]))
			token := v.JWS[:dot+1] + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
			if got := isSigned(t, key.VerificationKey(), token); got != accept {
				t.Errorf("tcId %d (%s): accepted = %v, want %v", v.TcID, v.Comment, got, accept)
			}
		}
	}
	if run != len(want) {
		t.Errorf("%d of %d vectors found", run, len(want))
	}
}

// key returns the verification key of a group: the public one where there is
// one. Where there are both, the private one must belong to it.
func (g jwsGroup) key() (*keys.VerificationKey, error) {
	if g.Public == nil {
		private, err := keys.Parse(g.Private)
		if err != nil {
			return nil, err
		}
		return private.VerificationKey(), nil
	}
	public, err := keys.ParsePublic(g.Public)
	if err != nil {
		return nil, err
	}
	if private, err := keys.Parse(g.Private); err == nil && !private.VerificationKey().Equal(public) {
		return nil, errors.New("the private key is not the public key's")
	}
	return public, nil
}

// isSigned reports whether the verifier finds token's signature good under source,
// and that a token so found is not refused for its signature, or the reverse.
func isSigned(t *testing.T, source keys.Source, token string) bool {
	t.Helper()
	verifier, err := login.NewVerifier(source, login.Config{})
	if err != nil {
		t.Fatalf("verifier: %v", err)
	}
	report := verifier.Inspect(t.Context(), token)
	bad := slices.ContainsFunc(report.Failures, func(err error) bool {
		return errors.Is(err, login.ErrSignature) || errors.Is(err, login.ErrAlgorithm) || errors.Is(err, login.ErrUnknownKey)
	})
	if report.Signed && bad {
		t.Errorf("a report says that the signature is good and that it is not: %v", report.Failures)
	}
	if !report.Signed && (report.Claims != nil || len(report.Failures) == 0) {
		t.Error("a report without a good signature has claims, or no failure")
	}
	if report.Valid() != (report.Signed && len(report.Failures) == 0) {
		t.Error("a report contradicts itself")
	}
	return report.Signed
}
