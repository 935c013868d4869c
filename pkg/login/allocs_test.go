package login

import (
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// The allocations of one verification, refusal or issue are bounded. Benchmarks measure
// time, but too many allocations keep a service from using all cores.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes allocations of its own")
	}
	hs, rs, ed := testKey(keys.HS256), testKey(keys.RS256), testKey(keys.EdDSA)
	issuer := newTestIssuer(t, hs, Config{})
	grant := Grant{Subject: "ada", Scopes: []string{"posts:read", "posts:write"}}
	of := func(key *keys.SigningKey, size int, token string) func() {
		v := newTestVerifier(t, key, Config{CacheSize: size})
		must(v.Verify(t.Context(), signedClaims(key, goodClaims))) // its header is known from then on
		return func() { v.Verify(t.Context(), token) }
	}
	cached := newTestVerifier(t, ed, Config{})
	good := signedClaims(ed, goodClaims)
	forged := signedClaims(must(keys.Generate(keys.HS256)), strings.Repeat("[", 5000))
	unsigned := encode(`{"alg":"none","typ":"JWT"}`) + "." + encode(goodClaims) + "."
	for _, tt := range []struct {
		name string
		most float64
		work func()
	}{
		{"HS256 verified", 3, of(hs, -1, signedClaims(hs, goodClaims))},
		{"RS256 verified", 16, of(rs, -1, signedClaims(rs, goodClaims))},
		{"EdDSA verified", 4, of(ed, -1, good)},
		{"EdDSA remembered", 2, of(ed, 8, good)},
		{"EdDSA remembered, as guards read it", 0, func() { cached.verify(t.Context(), good, true) }},
		{"HS256 remembered", 2, of(hs, 8, signedClaims(hs, goodClaims))},
		{"forged, with claims nobody reads", 0, of(hs, 0, forged)},
		{"alg none", 1, of(hs, 0, unsigned)},
		{"another alg", 1, of(hs, 0, good)},
		{"no dots", 0, of(hs, 0, strings.Repeat("A", 16<<10))},
		{"too large", 0, of(hs, 0, strings.Repeat("A", 1<<20))},
		{"HS256 issued", 6, func() { issuer.Issue(grant) }},
	} {
		if got := testing.AllocsPerRun(100, tt.work); got > tt.most {
			t.Errorf("%s: %v allocations, at most %v wanted", tt.name, got, tt.most)
		}
	}
}
