package login

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

func TestInspect(t *testing.T) {
	key := must(testKey(keys.ES256).WithID("k"))
	v := newTestVerifier(t, key, Config{})
	t.Run("valid", func(t *testing.T) {
		header := `{"alg":"ES256","typ":"JWT","kid":"k"}`
		r := v.Inspect(t.Context(), signed(key, header, goodClaims))
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
			r := v.Inspect(t.Context(), tt.token)
			if r.Valid() || len(r.Failures) != 1 || !errors.Is(r.Failures[0], tt.want) {
				t.Errorf("failures %v, want %v", r.Failures, tt.want)
			}
			if (r.Header != nil) != tt.header || r.Signed != tt.signed || (r.Claims != nil) != tt.claims || (r.KeyID == "k") != tt.signed {
				t.Errorf("report %+v", r)
			}
		})
	}
	if v.cache.Len() != 0 {
		t.Error("Inspect fills the cache")
	}
}

// The command's --allow-no-exp looks for this.
func TestMissingExpiryIsAClaimError(t *testing.T) {
	r := newTestVerifier(t, testKey(keys.HS256), Config{Audience: "api"}).
		Inspect(t.Context(), signedClaims(testKey(keys.HS256), `{"aud":"web"}`))
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
		if r := v.Inspect(t.Context(), token); r.Valid() || len(r.Failures) != 1 {
			t.Errorf("Inspect: %+v", r)
		}
	}
}

// Beside an error there are no claims, whether the token is remembered or not.
func TestErrorWithoutClaims(t *testing.T) {
	now := &clock{now: noon}
	v := newTestVerifier(t, testKey(keys.HS256), Config{CacheSize: 8, Now: now.Now})
	good := signedClaims(testKey(keys.HS256), goodClaims)
	tokens := []string{"rubbish", signedClaims(testKey(keys.HS256), `{"sub":"eve","exp":1}`), signedClaims(testKey(keys.HS256), `{"sub":"eve"`)}
	for _, shared := range []bool{false, true} {
		if c, err := v.verify(t.Context(), good, shared); err != nil || c.Subject != "ada" {
			t.Fatal(err, c)
		}
		for _, token := range tokens {
			if c, err := v.verify(t.Context(), token, shared); err == nil || c != nil {
				t.Errorf("error %v, claims %+v", err, c)
			}
		}
		now.advance(time.Hour)
		if c, err := v.verify(t.Context(), good, shared); err == nil || c != nil {
			t.Errorf("expired: error %v, claims %+v", err, c)
		}
		now.advance(-time.Hour)
	}
}
