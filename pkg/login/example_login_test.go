package login_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
	"github.com/loginctl/loginctl/pkg/login/revocation"
)

// A check does the same work for an unknown name as for a wrong password: with
// an answer at once for the first, the time it takes would tell which names
// exist.
func ExampleManager_TokenHandler() {
	const cost = bcrypt.MinCost // use bcrypt.DefaultCost or more
	hashes := map[string][]byte{"ada@example.com": must(bcrypt.GenerateFromPassword([]byte("correct horse"), cost))}
	stranger := must(bcrypt.GenerateFromPassword([]byte("of nobody"), cost))

	compared := 0
	check := func(_ context.Context, c *login.Credentials) (login.Grant, error) {
		hash, known := hashes[c.Username]
		if !known {
			hash = stranger
		}
		compared++
		if bcrypt.CompareHashAndPassword(hash, []byte(c.Password)) != nil || !known {
			return login.Grant{}, login.ErrBadCredentials
		}
		return login.Grant{Subject: c.Username, Scopes: []string{"posts:read", "posts:write"}}, nil
	}
	auth := newAuth(login.Config{})
	h := auth.TokenHandler(check)

	for _, try := range [][2]string{{"ada@example.com", "x"}, {"eve@example.com", "x"}} {
		w := logintest.Post("/login").Password(try[0], try[1]).Serve(h)
		fmt.Println(w.Code, w.Body)
	}
	fmt.Println("passwords compared:", compared)

	// A scope in the form narrows the grant of the check.
	form := map[string][]string{"username": {"ada@example.com"}, "password": {"correct horse"}, "scope": {"posts:read"}}
	var answer struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int    `json:"expires_in"`
	}
	w := logintest.Post("/login").Form(form).Serve(h)
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		log.Fatal(err)
	}
	claims := must(auth.Verify(context.Background(), answer.AccessToken))
	// The lifetime is in seconds; one of them may have passed.
	fmt.Println(answer.TokenType, (answer.ExpiresIn+1)/2*2, claims.Scopes)
	// Output:
	// 400 {"error":"invalid_grant","error_description":"username or password is wrong"}
	// 400 {"error":"invalid_grant","error_description":"username or password is wrong"}
	// passwords compared: 2
	// bearer 900 [posts:read]
}

// Cookies are read if Locations has InCookie. The cookie of SetCookie has the safest
// attributes, and its Max-Age is the rest of the token's lifetime.
func ExampleManager_SetCookie() {
	clock := logintest.NewClock()
	auth := newAuth(login.Config{
		Locations: login.InHeader | login.InCookie,
		Cookie:    login.Cookie{Name: "__Host-token"},
		Now:       clock.Now,
	})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, err := auth.Issue(login.Grant{Subject: "ada@example.com"})
		if err == nil {
			err = auth.SetCookie(w, token)
		}
		if err != nil {
			http.Error(w, "no cookie", http.StatusInternalServerError)
		}
	})

	w := logintest.Post("/login").Serve(h)
	_, attributes, _ := strings.Cut(w.Header().Get("Set-Cookie"), "; ")
	fmt.Println(attributes)

	cookie := w.Result().Cookies()[0]
	fmt.Println(logintest.Get("/").Cookie(cookie.Name, cookie.Value).Serve(auth.Require()(http.NotFoundHandler())).Code)
	// Another site's page can have the browser send the cookie, and gets nowhere.
	forged := logintest.Post("/").Cookie(cookie.Name, cookie.Value).FromSite("https://evil.example")
	fmt.Println(forged.Serve(auth.Require()(http.NotFoundHandler())).Code)
	// Output:
	// Path=/; Max-Age=900; HttpOnly; Secure; SameSite=Lax
	// 404
	// 403
}

// Logout clears the cookie and, where revocation is on, ends the token's life.
func ExampleManager_Logout() {
	auth := newAuth(login.Config{
		Locations:   login.InHeader | login.InCookie,
		Revocations: new(revocation.Memory),
	})
	logout := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := auth.Logout(w, r); err != nil {
			auth.Deny(w, r, err)
		}
	})
	token := must(auth.Issue(login.Grant{Subject: "ada@example.com"})).Reveal()

	w := logintest.Post("/logout").Cookie("access-token", token).Serve(logout)
	fmt.Println(w.Code, w.Header().Get("Set-Cookie"))
	_, err := auth.Verify(context.Background(), token)
	fmt.Println(err)
	// Output:
	// 200 access-token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax
	// token has been revoked
}

// Without a manager, as for a test by hand.
func ExampleCookie_Build() {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	cookie := must(login.Cookie{}.Build("eyJhbGci.eyJzdWIi.c2ln", now.Add(time.Hour), now))
	fmt.Println(cookie)
	_, err := login.Cookie{Name: "__Host-token", Domain: "example.com"}.Build("eyJhbGci.eyJzdWIi.c2ln", now.Add(time.Hour), now)
	fmt.Println(err)
	// Output:
	// access-token=eyJhbGci.eyJzdWIi.c2ln; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax
	// cookie: "__Host-token" must have no Domain: browsers refuse it otherwise
}

// OpenAPI describes the login to clients; Security one operation.
func ExampleManager_OpenAPI() {
	auth := newAuth(login.Config{
		TokenURL: "/login",
		Scopes:   map[string]string{"posts:read": "Read posts"},
	})
	document := map[string]any{
		"openapi":    "3.1.0",
		"info":       map[string]any{"title": "Posts", "version": "1"},
		"components": auth.OpenAPI(),
		"paths": map[string]any{"/posts": map[string]any{"get": map[string]any{
			"security":  auth.Security("posts:read"),
			"responses": map[string]any{"200": map[string]any{"description": "posts"}},
		}}},
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	e.Encode(document["components"])
	e.Encode(auth.Security("posts:read"))
	// Output:
	// {
	//   "securitySchemes": {
	//     "LoginManager": {
	//       "flows": {
	//         "password": {
	//           "scopes": {
	//             "posts:read": "Read posts"
	//           },
	//           "tokenUrl": "/login"
	//         }
	//       },
	//       "type": "oauth2"
	//     },
	//     "LoginManagerBearer": {
	//       "bearerFormat": "JWT",
	//       "scheme": "bearer",
	//       "type": "http"
	//     }
	//   }
	// }
	// [
	//   {
	//     "LoginManager": [
	//       "posts:read"
	//     ]
	//   }
	// ]
}
