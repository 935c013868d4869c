package login_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// A loader is any function from a subject to a user. A method value needs no
// wrapping: people.ByEmail.
func ExampleLoader() {
	var load login.Loader[*Account] = people.ByEmail
	auth := must(login.New(key, load, login.Config{}))
	h := auth.Require()(http.NotFoundHandler())
	for _, subject := range []string{"ada@example.com", "eve@example.com"} {
		token := must(auth.Issue(login.Grant{Subject: subject}))
		fmt.Println(subject, logintest.Get("/").Bearer(token.Reveal()).Serve(h).Code)
	}
	// Output:
	// ada@example.com 404
	// eve@example.com 401
}

// A loader tells apart an unknown subject, an outage, and a locked account.
func ExampleLoader_errors() {
	auth := must(login.New(key, func(_ context.Context, subject string) (*Account, error) {
		switch subject {
		case "gone":
			return nil, login.ErrUserNotFound
		case "locked":
			return nil, login.ErrForbidden
		}
		return nil, fmt.Errorf("asking the database: %w", login.ErrUnavailable)
	}, login.Config{}))
	h := auth.Optional(http.NotFoundHandler())
	for _, subject := range []string{"gone", "locked", "ada"} {
		token := must(auth.Issue(login.Grant{Subject: subject}))
		fmt.Println(subject, logintest.Get("/").Bearer(token.Reveal()).Serve(auth.Require()(h)).Code)
	}
	// Output:
	// gone 401
	// locked 403
	// ada 503
}

// Bind gives the loader a dependency with its type: a database, or a function.
func ExampleBind() {
	type database struct{ rows accounts }
	query := func(_ context.Context, db *database, email string) (*Account, error) {
		return db.rows[email], nil
	}
	auth := must(login.New(key, login.Bind(&database{people}, query), login.Config{}))
	token := must(auth.Issue(login.Grant{Subject: "bob@example.com"}))

	p := must(auth.AuthenticateToken(context.Background(), token.Reveal()))
	fmt.Println(p.User.Name)
	// Output:
	// Bob
}

// A loader that needs more than the subject finds the verified claims in its
// context.
func ExampleLoadingClaims() {
	type tenantUser struct{ Tenant, Name string }
	auth := must(login.New(key, func(ctx context.Context, subject string) (*tenantUser, error) {
		tenant, _, err := claim.At[string](login.LoadingClaims(ctx), "tenant")
		if err != nil {
			return nil, err
		}
		return &tenantUser{tenant, subject}, nil
	}, login.Config{}))
	token := must(auth.Issue(login.Grant{Subject: "ada", Custom: map[string]any{"tenant": "acme"}}))

	p := must(auth.AuthenticateToken(context.Background(), token.Reveal()))
	fmt.Println(p.User.Tenant, p.User.Name)
	// Output:
	// acme ada
}
