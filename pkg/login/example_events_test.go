package login_test

import (
	"context"
	"expvar"
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// LogEvents logs each decision and why, and never a token.
func ExampleLogEvents() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "duration" || a.Key == "token_id" || a.Key == "key_id" {
				return slog.Attr{} // they differ each time
			}
			return a
		},
	}))
	auth := newAuth(login.Config{OnEvent: login.LogEvents(logger)})
	h := auth.Require("posts:read")(http.NotFoundHandler())
	reader := must(auth.Issue(login.Grant{Subject: "ada@example.com", Scopes: []string{"posts:read"}}))
	forger := must(auth.Issue(login.Grant{Subject: "eve\nlevel=INFO msg=login"}))

	for _, token := range []string{reader.Reveal(), forger.Reveal(), "x", ""} {
		logintest.Get("/posts").Bearer(token).Serve(h)
	}
	// Output:
	// level=INFO msg=login action=authenticate reason=ok source=header method=GET remote_addr=192.0.2.1:1234 subject=ada@example.com
	// level=WARN msg=login action=authenticate reason=scope_missing source=header method=GET remote_addr=192.0.2.1:1234 subject="eve\\nlevel=INFO msg=login" error="insufficient scope: needs posts:read"
	// level=WARN msg=login action=authenticate reason=malformed source=header method=GET remote_addr=192.0.2.1:1234 error="token is malformed: not three segments separated by dots"
	// level=INFO msg=login action=authenticate reason=no_token source=none method=GET remote_addr=192.0.2.1:1234 error="no token"
}

// Reasons are a small set of words, made to be counted.
func ExampleEvent() {
	decisions := new(expvar.Map).Init()
	auth := newAuth(login.Config{OnEvent: func(_ context.Context, e login.Event) {
		decisions.Add(e.Reason, 1)
	}})
	h := auth.Require()(http.NotFoundHandler())
	ada := must(auth.Issue(login.Grant{Subject: "ada@example.com"})).Reveal()
	eve := must(auth.Issue(login.Grant{Subject: "eve@example.com"})).Reveal()

	for _, token := range []string{ada, ada, eve, ""} {
		logintest.Get("/").Bearer(token).Serve(h)
	}
	fmt.Println(decisions)
	// Output:
	// {"no_token": 1, "ok": 2, "user_not_found": 1}
}
