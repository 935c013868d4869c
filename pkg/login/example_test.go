package login_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// Account is the user of the examples.
type Account struct {
	Name  string
	Admin bool
}

// accounts are the users of the examples.
type accounts map[string]*Account

// ByEmail is a [login.Loader].
func (a accounts) ByEmail(_ context.Context, email string) (*Account, error) {
	account, ok := a[email]
	if !ok {
		return nil, login.ErrUserNotFound
	}
	return account, nil
}

var people = accounts{
	"ada@example.com": {Name: "Ada", Admin: true},
	"bob@example.com": {Name: "Bob"},
}

// must keeps the examples short. A service handles the error.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

var key = must(keys.Generate(keys.EdDSA))

// newAuth is a manager over people.
func newAuth(config login.Config) *login.Manager[*Account] {
	return must(login.New(key, people.ByEmail, config))
}

// The key knows its algorithm: there is nothing else to state, and no way to
// use it with another one.
func ExampleNew() {
	secret := must(keys.ParseSecret([]byte("WkG1qTKuhlGAEUPxqIm3bXJKlCJ8yEmrCi3dgMD4DXc"), keys.HS256))
	private := must(keys.Generate(keys.EdDSA))

	for _, key := range []*keys.SigningKey{secret, private} {
		auth := must(login.New(key, people.ByEmail, login.Config{}))
		token := must(auth.Issue(login.Grant{Subject: "ada@example.com"}))
		p := must(auth.AuthenticateToken(context.Background(), token.Reveal()))
		fmt.Println(key.Algorithm(), p.User.Name)
	}
	// Output:
	// HS256 Ada
	// EdDSA Ada
}

// Every misuse is refused before the first request.
func ExampleNew_misuse() {
	_, err := login.New(key, people.ByEmail, login.Config{
		Lifetime: -time.Minute,
		Cookie:   login.Cookie{Name: "session"},
	})
	fmt.Println(err)
	// Output:
	// making a manager: Config.Lifetime is -1m0s: give at least a second, or zero for 15m0s
	// Config.Cookie is set and cookies are not read: add InCookie to Locations
}

// A service that only verifies needs no more than the public key.
func ExampleNew_publicKey() {
	elsewhere := newAuth(login.Config{})
	token := must(elsewhere.Issue(login.Grant{Subject: "ada@example.com"}))

	auth := must(login.New(key.VerificationKey(), people.ByEmail, login.Config{}))
	p, err := auth.AuthenticateToken(context.Background(), token.Reveal())
	fmt.Println(p.User.Name, err)
	_, err = auth.Issue(login.Grant{Subject: "ada@example.com"})
	fmt.Println(errors.Is(err, keys.ErrNoSigningKey))
	// Output:
	// Ada <nil>
	// true
}

// Keys rotate while the service runs.
func ExampleNew_rotation() {
	first, second := must(keys.Generate(keys.EdDSA)), must(keys.Generate(keys.EdDSA))
	set := must(keys.NewSet(first))
	auth := must(login.New(set, people.ByEmail, login.Config{}))
	old := must(auth.Issue(login.Grant{Subject: "ada@example.com"})).Reveal()
	check := func(when string) {
		_, err := auth.Verify(context.Background(), old)
		fmt.Println(when, login.Reason(err))
	}

	set.Publish(second.VerificationKey()) // others learn of it
	set.Rotate(second)                    // it signs from now on
	check("rotated:")
	set.Retire(first.ID()) // when its last token has expired
	check("retired:")
	// Output:
	// rotated: ok
	// retired: unknown_key
}

// A service without users passes ClaimsOnly.
func ExampleClaimsOnly() {
	auth := must(login.New(key, login.ClaimsOnly, login.Config{}))
	h := auth.Handle(func(w http.ResponseWriter, _ *http.Request, p *login.Principal[*login.Claims]) {
		fmt.Fprintln(w, p.User.Subject, p.User.Scopes)
	})
	token := must(auth.Issue(login.Grant{Subject: "worker-7", Scopes: []string{"jobs:run"}}))

	fmt.Print(logintest.Get("/").Bearer(token.Reveal()).Serve(h).Body)
	// Output:
	// worker-7 [jobs:run]
}

// Lifetime is the default; a Grant may have its own.
func ExampleManager_Issue() {
	auth := newAuth(login.Config{Lifetime: time.Hour})
	day := must(auth.Issue(login.Grant{Subject: "ada@example.com"}))
	week := must(auth.Issue(login.Grant{
		Subject:  "ada@example.com",
		Scopes:   []string{"posts:read"},
		Lifetime: 7 * 24 * time.Hour,
		Custom:   map[string]any{"team": "engines"},
	}))

	fmt.Println(time.Until(day.ExpiresAt()).Round(time.Minute), time.Until(week.ExpiresAt()).Round(time.Minute))
	claims := must(auth.Verify(context.Background(), week.Reveal()))
	team, _, _ := claim.At[string](claims, "team")
	fmt.Println(claims.Subject, claims.Scopes, team)
	fmt.Println(week) // a token never prints by accident
	// Output:
	// 1h0m0s 168h0m0s
	// ada@example.com [posts:read] engines
	// [redacted]
}

// Require is middleware for any router.
func ExampleManager_Require() {
	auth := newAuth(login.Config{})
	posts := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := auth.User(r.Context())
		fmt.Fprint(w, "posts for ", user.Name)
	})
	mux := http.NewServeMux()
	mux.Handle("GET /posts", auth.Require("posts:read")(posts))

	reader := must(auth.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{"posts:read"}}))
	nobody := must(auth.Issue(login.Grant{Subject: "eve@example.com", Scopes: []string{"posts:read"}}))
	writer := must(auth.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{"posts:write"}}))
	for _, token := range []string{reader.Reveal(), nobody.Reveal(), writer.Reveal(), ""} {
		w := logintest.Get("/posts").Bearer(token).Serve(mux)
		fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"), w.Body)
	}
	// Output:
	// 200  posts for Ada
	// 401 Bearer error="invalid_token", error_description="The token is not valid" {"detail":"Invalid credentials"}
	// 403 Bearer error="insufficient_scope", scope="posts:read" {"detail":"Insufficient scope"}
	// 401 Bearer {"detail":"Invalid credentials"}
}

func ExampleManager_RequireAny() {
	auth := newAuth(login.Config{})
	h := auth.RequireAny("posts:write", "admin")(http.NotFoundHandler())
	for _, scope := range []string{"admin", "posts:read"} {
		token := must(auth.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{scope}}))
		fmt.Println(scope, logintest.Get("/").Bearer(token.Reveal()).Serve(h).Code)
	}
	// Output:
	// admin 404
	// posts:read 403
}

// Handle gives the handler the user and the claims.
func ExampleManager_Handle() {
	auth := newAuth(login.Config{})
	me := auth.Handle(func(w http.ResponseWriter, _ *http.Request, p *login.Principal[*Account]) {
		fmt.Fprint(w, p.User.Name, " may ", p.Claims.Scopes)
	})
	token := must(auth.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{"posts:read"}}))

	fmt.Println(logintest.Get("/me").Bearer(token.Reveal()).Serve(me).Body)
	// Output:
	// Ada may [posts:read]
}

// Authenticate checks and writes nothing.
func ExampleManager_Authenticate() {
	auth := newAuth(login.Config{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := auth.Authenticate(r, "posts:read")
		if errors.Is(err, login.ErrNoToken) {
			io.WriteString(w, "the first three posts")
			return
		}
		if err != nil {
			auth.Deny(w, r, err)
			return
		}
		fmt.Fprint(w, "all posts for ", p.User.Name)
	})
	token := must(auth.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{"posts:read"}}))

	fmt.Println(logintest.Get("/posts").Bearer(token.Reveal()).Serve(h).Body)
	fmt.Println(logintest.Get("/posts").Serve(h).Body)
	fmt.Println(logintest.Get("/posts").Bearer("expired").Serve(h).Body)
	// Output:
	// all posts for Ada
	// the first three posts
	// {"detail":"Invalid credentials"}
}

// AuthenticateToken is for tokens that come some other way than in a request.
func ExampleManager_AuthenticateToken() {
	auth := newAuth(login.Config{})
	token := must(auth.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{"chat"}})).Reveal()

	p, err := auth.AuthenticateToken(context.Background(), token, "chat")
	fmt.Println(p.User.Name, err)
	_, err = auth.AuthenticateToken(context.Background(), token, "admin")
	fmt.Println(login.Status(err), login.Reason(err), err)
	// Output:
	// Ada <nil>
	// 403 scope_missing insufficient scope: needs admin
}

// Verify gives the claims and asks for no user.
func ExampleManager_Verify() {
	auth := newAuth(login.Config{})
	token := must(auth.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{"read", "write"}}))

	claims, err := auth.Verify(context.Background(), token.Reveal())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(claims.Subject, claims.HasScopes("read"), claims.HasScopes("read", "admin"))
	// Output:
	// ada@example.com true false
}

// Optional serves users and strangers alike.
func ExampleManager_Optional() {
	auth := newAuth(login.Config{})
	home := auth.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, ok := auth.User(r.Context()); ok {
			fmt.Fprint(w, "hello, ", user.Name)
			return
		}
		fmt.Fprint(w, "hello, stranger")
	}))
	token := must(auth.Issue(login.Grant{Subject: "ada@example.com"}))

	fmt.Println(logintest.Get("/").Bearer(token.Reveal()).Serve(home).Body)
	fmt.Println(logintest.Get("/").Serve(home).Body)
	// Output:
	// hello, Ada
	// hello, stranger
}

// Principal says why there is no user.
func ExampleManager_Principal() {
	clock := logintest.NewClock()
	auth := newAuth(login.Config{Now: clock.Now})
	home := auth.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := auth.Principal(r.Context())
		if errors.Is(err, login.ErrExpired) {
			io.WriteString(w, "welcome back: please log in again")
			return
		}
		io.WriteString(w, login.Reason(err))
	}))
	token := must(auth.Issue(login.Grant{Subject: "ada@example.com"}))
	clock.Advance(time.Hour)

	fmt.Println(logintest.Get("/").Bearer(token.Reveal()).Serve(home).Body)
	fmt.Println(logintest.Get("/").Serve(home).Body)
	// Output:
	// welcome back: please log in again
	// no_token
}
