package claim_test

import (
	"context"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
)

// Custom claims come out typed, and numbers keep their value.
func ExampleAt() {
	secret := must(keys.Generate(keys.HS256))
	issuer := must(login.NewIssuer(secret, login.Config{}))
	verifier := must(login.NewVerifier(secret, login.Config{}))
	token := must(issuer.Issue(login.Grant{Custom: map[string]any{"account": int64(9007199254740993)}}))

	claims := must(verifier.Verify(context.Background(), token.Reveal()))
	account, ok, err := claim.At[int64](claims, "account")
	fmt.Println(account, ok, err)
	_, ok, err = claim.At[string](claims, "team")
	fmt.Println(ok, err)
	// Output:
	// 9007199254740993 true <nil>
	// false <nil>
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
