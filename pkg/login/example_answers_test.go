package login_test

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// Your own answer can use the status and challenge of WriteError.
func ExampleErrorHandler() {
	auth := newAuth(login.Config{OnError: func(w http.ResponseWriter, r *http.Request, err error) {
		if missing, ok := errors.AsType[*login.ScopeError](err); ok {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, "this needs %v and you have %v", missing.Required, missing.Granted)
			return
		}
		if challenge := login.Challenge(err); challenge != "" {
			w.Header().Set("WWW-Authenticate", challenge)
		}
		w.WriteHeader(login.Status(err))
		fmt.Fprint(w, "please log in")
	}})
	h := auth.Require("posts:write")(http.NotFoundHandler())
	reader := must(auth.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{"posts:read"}}))

	for _, token := range []string{"", reader.Reveal()} {
		w := logintest.Get("/").Bearer(token).Serve(h)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 401 please log in
	// 403 this needs [posts:write] and you have [posts:read]
}

// For clients of a service that used fastapi-login.
func ExampleWriteFastAPIError() {
	auth := newAuth(login.Config{OnError: login.WriteFastAPIError})
	token := must(auth.Issue(login.Grant{Subject: "ada@example.com"}))

	w := logintest.Get("/").Bearer(token.Reveal()).Serve(auth.Require("admin")(http.NotFoundHandler()))
	fmt.Println(w.Code, w.Body, w.Header().Get("WWW-Authenticate"))
	// Output:
	// 400 {"detail":"Insufficient scope"} Bearer
}

// A guard of the service's own answers as the manager's do.
func ExampleManager_Deny() {
	auth := newAuth(login.Config{})
	adminOnly := func(next http.Handler) http.Handler {
		return auth.Require()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user, ok := auth.User(r.Context()); !ok || !user.Admin {
				auth.Deny(w, r, login.ErrForbidden)
				return
			}
			next.ServeHTTP(w, r)
		}))
	}
	h := adminOnly(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "settings") }))

	for _, subject := range []string{"ada@example.com", "bob@example.com"} {
		token := must(auth.Issue(login.Grant{Subject: subject}))
		w := logintest.Get("/settings").Bearer(token.Reveal()).Serve(h)
		fmt.Println(subject, w.Code, w.Body)
	}
	// Output:
	// ada@example.com 200 settings
	// bob@example.com 403 {"detail":"Forbidden"}
}
