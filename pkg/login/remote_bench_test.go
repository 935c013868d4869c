package login_test

import (
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
	"github.com/loginctl/loginctl/pkg/login"
)

// A token that is remembered costs with keys of another issuer what it costs with keys in
// memory. scripts/issuers.sh fails above 1.05 times.
func BenchmarkRememberedToken(b *testing.B) {
	key, err := keys.Generate(keys.RS256)
	if err != nil {
		b.Fatal(err)
	}
	issuer := jwkstest.New(key.VerificationKey()).Start(b)
	remote, err := jwks.New(jwks.Config{Issuer: issuer})
	if err != nil {
		b.Fatal(err)
	}
	own, err := login.NewIssuer(key, login.Config{Issuer: issuer})
	if err != nil {
		b.Fatal(err)
	}
	token, err := own.Issue(login.Grant{Subject: "ada"})
	if err != nil {
		b.Fatal(err)
	}
	for name, source := range map[string]keys.Source{"local": key.VerificationKey(), "remote": remote} {
		v, err := login.NewVerifier(source, login.Config{Issuer: issuer})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Verify(b.Context(), token.Reveal()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
