package main

import (
	"errors"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// patience is how long a rotated key is waited for.
const patience = 14 * time.Second

func rows() []row {
	list := []row{
		{"requests for 300 unknown kids", true, unknownKids, func(r []result) string {
			return worse(r[0].requests > 4 || r[0].refused > 0, "more than 4, or good tokens were refused")
		}},
		{"rotation: new key accepted after", false, rotation(false), allGood},
		{"rotation after one unknown kid: refused good tokens", false, rotation(true), allGood},
		{"20 unknown kids, issuer takes 2 s: worst good token", true, slowIssuer, func(r []result) string {
			return worse(r[0].requests > 1 || r[0].refused > 0 || r[0].took > 50*time.Millisecond, "want 1 request, and 50 ms at most")
		}},
		{"outage of 4 s: good tokens refused; an unknown kid is", false, outage, allGood},
		{"issuer down at the start, then up", false, coldStart, func(r []result) string {
			return worse(!r[0].good || r[0].took > 2500*time.Millisecond, "want 503, and 2.5 s at most")
		}},
		{"429 with Retry-After 60: requests in 5 s", false, tooMany, func(r []result) string {
			return worse(r[0].requests > 1 || r[0].refused > 0, "want 1 request")
		}},
		{"64 MB: allocated; a good token afterwards is", true, tooLarge, func(r []result) string {
			return worse(!r[0].good || r[0].bytes > 8<<20, "want 8 MB at most")
		}},
		{"redirect to the keys of another host", false, redirect, allGood},
		{"HTML, then an empty set, after good keys", false, emptySet, allGood},
	}
	for _, odd := range []struct{ name, entry string }{
		{"secp256k1", `{"kty":"EC","use":"sig","alg":"ES256K","crv":"secp256k1","kid":"s","x":"AAAA","y":"AAAA"}`},
		{"Ed448", `{"kty":"OKP","use":"sig","crv":"Ed448","kid":"e","x":"AAAA"}`},
		{"ML-DSA", `{"kty":"AKP","use":"sig","alg":"ML-DSA-65","kid":"m","pub":"AAAA"}`},
		{"a damaged RSA key", jwkOf("d", 2, map[string]any{"n": "!!!"})},
		{"a bad x5c", jwkOf("x", 2, map[string]any{"x5c": []string{"not base64"}})},
		{"null", `null`},
		{"an encryption key of the same kid", jwkOf("k0", 2, map[string]any{"use": "enc", "alg": "RSA-OAEP"})},
		{"an RS512 key of the same kid", jwkOf("k0", 0, map[string]any{"alg": "RS512"})},
		{"another RS256 key of the same kid", jwkOf("k0", 2, nil)},
	} {
		list = append(list, row{"a set that has also " + odd.name, false, oddEntry(odd.entry), allGood})
	}
	return append(list, row{"good token, no token cache: median / p99", true, speed, func(r []result) string {
		best := r[1].took
		for _, other := range r[1:] {
			if other.good {
				best = min(best, other.took)
			}
		}
		return worse(!r[0].good || r[0].took > best*11/10, "slower than another client")
	}})
}

func worse(is bool, how string) string {
	if is {
		return how
	}
	return ""
}

func allGood(r []result) string { return worse(!r[0].good, "it has to be as good as possible") }

// class is the outcome of a token in one word.
func class(err error) string {
	switch {
	case err == nil:
		return "accepted"
	case errors.Is(err, login.ErrUnavailable):
		return "503"
	case errors.Is(err, errHangs):
		return "hangs"
	}
	return "refused"
}
