package unverified_test

import (
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/unverified"
)

var morning = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func atMorning() time.Time { return morning }

// A token that is decoded without a key has a type that no guard accepts.
func ExampleDecode() {
	issuer := must(login.NewIssuer(must(keys.Generate(keys.HS256)), login.Config{Now: atMorning}))
	token := must(issuer.Issue(login.Grant{Subject: "ada@example.com", ID: "1"}))
	read := must(unverified.Decode(token.Reveal()))
	fmt.Println(string(read.Payload))
	// Output: {"sub":"ada@example.com","exp":1772356500,"iat":1772355600,"jti":"1"}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
