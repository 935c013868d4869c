package login

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

func TestExamine(t *testing.T) {
	key := must(testKey(keys.ES256).WithID("k"))
	v := newTestVerifier(t, key, Config{})
	t.Run("valid", func(t *testing.T) {
		header := `{"alg":"ES256","typ":"JWT","kid":"k"}`
		r := v.Examine(t.Context(), signed(key, header, goodClaims))
		if !r.Valid() || !r.Signed || r.Algorithm != keys.ES256 || r.KeyID != "k" || r.Type != "JWT" ||
			string(r.Header) != header || r.Claims.Subject != "ada" || r.Claims.KeyID != "k" || r.Failures != nil {
			t.Errorf("report %+v", r)
		}
	})
	for _, tt := range []struct {
		name   string
		token  string
		want   error
		header bool // it can be read
		signed bool
		claims bool
	}{
		{"expired", signedClaims(key, `{"sub":"ada","exp":1}`), ErrExpired, true, true, true},
		{"without exp", signedClaims(key, `{"sub":"ada"}`), ErrClaims, true, true, true},
		{"another type", signed(key, `{"alg":"ES256","typ":"x"}`, goodClaims), ErrClaims, true, true, true},
		{"claims that are no object", signedClaims(key, `[]`), ErrMalformed, true, true, false},
		{"forged", signedClaims(must(keys.Generate(keys.ES256)), goodClaims), ErrSignature, true, false, false},
		{"alg none", encode(`{"alg":"none"}`) + "." + encode(goodClaims) + ".", ErrAlgorithm, true, false, false},
		{"alg missing", signed(key, `{}`, goodClaims), ErrMalformed, true, false, false},
		{"unknown kid", signed(key, `{"alg":"ES256","kid":"x"}`, goodClaims), ErrUnknownKey, true, false, false},
		{"header that is no JSON", encode(`{`) + ".e30.AAAA", ErrMalformed, false, false, false},
		{"header that is no base64", "!.e30.AAAA", ErrMalformed, false, false, false},
		{"no dots", "rubbish", ErrMalformed, false, false, false},
		{"too large", strings.Repeat("x", 20_000), ErrTooLarge, false, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := v.Examine(t.Context(), tt.token)
			if r.Valid() || len(r.Failures) != 1 || !errors.Is(r.Failures[0], tt.want) {
				t.Errorf("failures %v, want %v", r.Failures, tt.want)
			}
			if (r.Header != nil) != tt.header || r.Signed != tt.signed || (r.Claims != nil) != tt.claims || (r.KeyID == "k") != tt.signed {
				t.Errorf("report %+v", r)
			}
		})
	}
	if v.cache.countTokens() != 0 {
		t.Error("Examine fills the cache")
	}
}

// The command's --allow-no-exp looks for this.
func TestMissingExpiryIsAClaimError(t *testing.T) {
	r := newTestVerifier(t, testKey(keys.HS256), Config{Audience: "api"}).
		Examine(t.Context(), signedClaims(testKey(keys.HS256), `{"aud":"web"}`))
	var names []string
	for _, err := range r.Failures {
		var claim *ClaimError
		if errors.As(err, &claim) {
			names = append(names, claim.Claim)
		}
		if claim.Claim == "exp" && (!claim.Missing || claim.Err != ErrClaims) {
			t.Errorf("exp: %+v", claim)
		}
	}
	if !slices.Equal(names, []string{"exp", "aud"}) {
		t.Errorf("failures %v", r.Failures)
	}
}

func TestUnmadeVerifier(t *testing.T) {
	for _, v := range []*Verifier{nil, {}} {
		token := signedClaims(testKey(keys.HS256), goodClaims)
		if c, err := v.Verify(t.Context(), token); c != nil || err == nil || errors.Is(err, ErrInvalidToken) {
			t.Errorf("Verify: %v, %v", c, err)
		}
		c := Claims{Subject: "from before"}
		if err := v.verifyInto(t.Context(), token, &c); err == nil || c.Subject != "" {
			t.Errorf("verifyInto: %v, %+v", err, c)
		}
		if r := v.Examine(t.Context(), token); r.Valid() || len(r.Failures) != 1 {
			t.Errorf("Examine: %+v", r)
		}
	}
}

// After an error nothing of the token is left behind, nor of the call before.
func TestVerifyIntoClears(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.HS256), Config{})
	for _, token := range []string{"rubbish", signedClaims(testKey(keys.HS256), `{"sub":"eve","exp":1}`), signedClaims(testKey(keys.HS256), `{"sub":"eve"`)} {
		var c Claims
		if err := v.verifyInto(t.Context(), signedClaims(testKey(keys.HS256), goodClaims), &c); err != nil || c.Subject != "ada" {
			t.Fatal(err, c)
		}
		if err := v.verifyInto(t.Context(), token, &c); err == nil || c.Subject != "" || c.text != "" || c.Scopes != nil || !c.ExpiresAt.IsZero() {
			t.Errorf("error %v, claims %+v", err, c)
		}
	}
}

func TestDecodeUnverified(t *testing.T) {
	key := testKey(keys.HS256)
	good := signedClaims(key, `{"sub":"ada"}`)
	u, err := DecodeUnverified(good)
	if err != nil || string(u.Header) != `{"alg":"HS256","typ":"JWT"}` || string(u.Payload) != `{"sub":"ada"}` {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := DecodeUnverified(encode(`{"alg":"none"}`) + "." + encode(`{}`) + "."); err != nil {
		t.Errorf("alg none: %v", err)
	}
	for _, tt := range []struct {
		name, token string
		want        error
	}{
		{"empty", "", errNoDots},
		{"two segments", "e30.e30", errNoDots},
		{"four segments", "e30.e30.e30.e30", errNoDots},
		{"header base64", "e30=.e30.AAAA", errHeaderBase64},
		{"payload base64", "e30.e3.AAAA", errPayloadBase64},
		{"signature base64", "e30.e30.A", errSignatureBase64},
		{"header JSON", encode(`{"a":1,"a":1}`) + ".e30.AAAA", headerFlaws[duplicateName]},
		{"header empty", ".e30.AAAA", headerFlaws[notObject]},
		{"payload JSON", "e30." + encode(`{"a":}`) + ".AAAA", claimsFlaws[notJSON]},
		{"payload string", "e30." + encode(`"a"`) + ".AAAA", claimsFlaws[notObject]},
		{"payload UTF-8", "e30." + encode("{\"a\":\"\xff\"}") + ".AAAA", claimsFlaws[notUTF8]},
		{"payload and more", "e30." + encode(`{} {}`) + ".AAAA", claimsFlaws[notJSON]},
		{"payload depth", "e30." + encode(strings.Repeat(`{"a":`, 32)+"{}"+strings.Repeat("}", 32)) + ".AAAA", claimsFlaws[tooDeep]},
		{"too large", strings.Repeat("A", 16<<10+1), ErrTooLarge},
	} {
		if u, err := DecodeUnverified(tt.token); u != nil || err != tt.want {
			t.Errorf("%s: %v, %v, want %v", tt.name, u, err, tt.want)
		}
	}
}
