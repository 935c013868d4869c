package login_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

var morning = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func atMorning() time.Time { return morning }

// One program issues, another verifies with the public key.
func ExampleVerifier() {
	private := must(keys.Generate(keys.ES256))
	issuer := must(login.NewIssuer(private, login.Config{Issuer: "https://login.example", Audience: "api"}))
	verifier := must(login.NewVerifier(private.VerificationKey(), login.Config{Issuer: "https://login.example", Audience: "api"}))

	token := must(issuer.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{"posts:read"}}))
	claims, err := verifier.Verify(context.Background(), token.Reveal())
	fmt.Println(claims.Subject, claims.HasScopes("posts:read"), err)

	_, err = verifier.Verify(context.Background(), token.Reveal()+"x")
	fmt.Println(errors.Is(err, login.ErrInvalidToken), login.Reason(err))
	// Output:
	// ada@example.com true <nil>
	// true malformed
}

// Preview shows the token before it is signed.
func ExampleIssuer_Preview() {
	secret := must(keys.Generate(keys.HS256))
	issuer := must(login.NewIssuer(secret, login.Config{Now: atMorning}))
	header, claims, err := issuer.Preview(login.Grant{
		Subject:  "ada@example.com",
		Scopes:   []string{"posts:read", "posts:write"},
		Lifetime: 12 * time.Hour,
		ID:       "token-1",
		Custom:   map[string]any{"team": "blue"},
	})
	fmt.Println(string(header))
	fmt.Println(string(claims))
	fmt.Println(err)
	// Output:
	// {"alg":"HS256","typ":"JWT"}
	// {"sub":"ada@example.com","exp":1772398800,"iat":1772355600,"jti":"token-1","scopes":["posts:read","posts:write"],"team":"blue"}
	// <nil>
}

// A registered claim cannot be smuggled in among the custom ones.
func ExampleIssuer_Issue() {
	issuer := must(login.NewIssuer(must(keys.Generate(keys.HS256)), login.Config{}))
	_, err := issuer.Issue(login.Grant{Subject: "ada@example.com", Custom: map[string]any{"Exp": 2000000000}})
	fmt.Println(err)
	// Output: issuing a token: Grant.Custom: "Exp" is reserved
}

// A token redacts itself; only Reveal gives its text.
func ExampleToken() {
	issuer := must(login.NewIssuer(must(keys.Generate(keys.HS256)), login.Config{Now: atMorning}))
	token := must(issuer.Issue(login.Grant{Subject: "ada@example.com"}))
	fmt.Println(token, token.ExpiresAt())
	// Output: [redacted] 2026-03-01 09:15:00 +0000 UTC
}

// Inspect is for tools that show a token: it says all that is wrong with it.
func ExampleVerifier_Inspect() {
	secret := must(keys.Generate(keys.HS256))
	issuer := must(login.NewIssuer(secret, login.Config{Now: atMorning, Audience: "web"}))
	verifier := must(login.NewVerifier(secret, login.Config{
		Audience: "api",
		Now:      func() time.Time { return morning.Add(time.Hour) },
	}))
	token := must(issuer.Issue(login.Grant{Subject: "ada@example.com"}))

	report := verifier.Inspect(context.Background(), token.Reveal())
	fmt.Println("signed:", report.Signed, "valid:", report.Valid())
	for _, err := range report.Failures {
		fmt.Println(login.Reason(err)+":", err)
	}
	// Output:
	// signed: true valid: false
	// expired: token has expired: exp is 2026-03-01T09:15:00Z
	// audience_mismatch: token audience is not accepted
}
