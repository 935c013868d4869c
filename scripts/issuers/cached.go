package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/login"
)

// maxCachedRatio limits the cost of a remembered token with keys over HTTPS, beside
// the same token with keys in memory.
const maxCachedRatio = 1.05

// cachedToken compares the time of a token that the verifier remembers. Short rounds
// take turns, and the fastest of each kind counts: noise of the machine only adds.
func cachedToken() (text string, good bool) {
	s := start(client{open: openOurs}, set(jwkOf("k0", 0, nil)))
	defer s.close()
	token := s.token("k0", 0)
	source, err := jwks.New(jwks.Config{URL: s.issuer + "/jwks"})
	if err != nil {
		return err.Error(), false
	}
	snapshot, err := source.Current(context.Background())
	if err != nil {
		return err.Error(), false
	}
	local, err := keys.NewSet(nil, snapshot.VerificationKeys()...)
	if err != nil {
		return err.Error(), false
	}
	config := login.Config{Issuer: s.issuer, Audience: audience}
	remotely, err := login.NewVerifier(source, config)
	if err != nil {
		return err.Error(), false
	}
	locally, err := login.NewVerifier(local, config)
	if err != nil {
		return err.Error(), false
	}
	remote, near := math.Inf(1), math.Inf(1)
	for range 3000 {
		remote = min(remote, round(remotely, token))
		near = min(near, round(locally, token))
	}
	ratio := remote / near
	return fmt.Sprintf("%.0f ns with a remote set, %.0f ns with a local one: %.3f", remote, near, ratio), ratio <= maxCachedRatio
}

// round returns the nanoseconds of one verification.
func round(v *login.Verifier, token string) float64 {
	const count = 500
	begin := time.Now()
	for range count {
		if _, err := v.Verify(context.Background(), token); err != nil {
			return math.Inf(1)
		}
	}
	return float64(time.Since(begin).Nanoseconds()) / count
}
