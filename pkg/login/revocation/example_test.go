package revocation_test

import (
	"context"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/revocation"
)

var morning = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func atMorning() time.Time { return morning }

// One token is revoked, then all tokens of a subject.
func ExampleMemory() {
	ctx := context.Background()
	revocations := &revocation.Memory{Now: atMorning}
	config := login.Config{Now: atMorning, Revocations: revocations}
	secret := must(keys.Generate(keys.HS256))
	issuer := must(login.NewIssuer(secret, config))
	verifier := must(login.NewVerifier(secret, config))
	first := must(issuer.Issue(login.Grant{Subject: "ada@example.com"})).Reveal()
	second := must(issuer.Issue(login.Grant{Subject: "ada@example.com"})).Reveal()

	claims := must(verifier.Verify(ctx, first))
	fmt.Println(revocations.Revoke(ctx, claims))
	_, err := verifier.Verify(ctx, first)
	fmt.Println(err)

	fmt.Println(revocations.RevokeSubject(ctx, claims.Issuer, claims.Subject, morning.Add(time.Second)))
	_, err = verifier.Verify(ctx, second)
	fmt.Println(err)
	// Output:
	// <nil>
	// token has been revoked
	// <nil>
	// token has been revoked
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
