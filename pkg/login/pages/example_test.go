package pages_test

import (
	"fmt"
	"net/http"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
	"github.com/loginctl/loginctl/pkg/login/pages"
)

// Browsers are sent to the login page, and back after it; programs get 401.
func ExampleRedirect() {
	key := must(keys.Generate(keys.HS256))
	auth := must(login.New(key, login.ClaimsOnly, login.Config{
		Locations: login.InCookie,
		OnError:   pages.Redirect("/login"),
	}))
	h := auth.Require()(http.NotFoundHandler())

	browser := logintest.Get("/posts?page=2").Navigation().Serve(h)
	fmt.Println(browser.Code, browser.Header().Get("Location"))
	program := logintest.Get("/posts?page=2").Serve(h)
	fmt.Println(program.Code, program.Body)
	// Output:
	// 303 /login?next=%2Fposts%3Fpage%3D2
	// 401 {"detail":"Invalid credentials"}
}

// Next is never another site's address.
func ExampleNext() {
	fmt.Println(pages.Next(logintest.Get("/login?next=%2Fposts%3Fpage%3D2").HTTP()))
	fmt.Println(pages.Next(logintest.Get("/login?next=https%3A%2F%2Fevil.example").HTTP()))
	fmt.Println(pages.Next(logintest.Get("/login?next=%2F%5Cevil.example").HTTP()))
	// Output:
	// /posts?page=2
	// /
	// /
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
