package login_test

import (
	"encoding/json"

	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// begin README
import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"golang.org/x/crypto/bcrypt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

type User struct {
	Name string
	Hash []byte // of the password, by bcrypt
}

// stranger stands for whoever is not known, so that a login takes as long as any other.
var stranger = &User{Hash: []byte("$2a$10$d5cBJ1K15gUTEFe1NwPKjOVlo9EQGuxVYmsVH2YVi.0e0s7sqH7oW")}

func newServer(key *keys.SigningKey, users map[string]*User) (http.Handler, error) {
	load := func(_ context.Context, email string) (*User, error) { return users[email], nil }
	auth, err := login.New(key, load, login.Config{TokenURL: "/login"})
	if err != nil {
		return nil, err
	}
	check := func(_ context.Context, email, password string) (login.Grant, error) {
		user, known := users[email]
		if !known {
			user = stranger
		}
		if bcrypt.CompareHashAndPassword(user.Hash, []byte(password)) != nil || !known {
			return login.Grant{}, login.ErrBadCredentials
		}
		return login.Grant{Subject: email, Scopes: []string{"posts:read"}}, nil
	}
	mux := http.NewServeMux()
	mux.Handle("POST /login", auth.TokenHandler(check))
	mux.Handle("GET /me", auth.Handle(func(w http.ResponseWriter, _ *http.Request, p *login.Principal[*User]) {
		fmt.Fprintln(w, "hello,", p.User.Name)
	}))
	mux.Handle("GET /posts", auth.Require("posts:read")(http.FileServer(http.Dir("posts"))))
	return mux, nil
}

func main() {
	key, err := keys.LoadEncrypted("signing.pem", []byte(os.Getenv("PASSPHRASE")))
	if err != nil {
		log.Fatal(err)
	}
	server, err := newServer(key, map[string]*User{"ada@example.com": {"Ada", []byte(os.Getenv("ADA_HASH"))}})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", server))
}

// end README

// A server with a login, a route for whoever is known and one that needs a
// scope. The requests below are what its clients send.
func Example_server() {
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte("correct horse"), bcrypt.MinCost)
	if err != nil {
		log.Fatal(err)
	}
	server, err := newServer(key, map[string]*User{"ada@example.com": {"Ada", hash}})
	if err != nil {
		log.Fatal(err)
	}

	var token struct {
		Text string `json:"access_token"`
	}
	answer := logintest.Post("/login").Password("ada@example.com", "correct horse").Serve(server)
	if err := json.Unmarshal(answer.Body.Bytes(), &token); err != nil {
		log.Fatal(err)
	}
	fmt.Println("log in:", answer.Code)
	fmt.Println("with a wrong password:", logintest.Post("/login").Password("ada@example.com", "x").Serve(server).Code)
	fmt.Print("GET /me: ", logintest.Get("/me").Bearer(token.Text).Serve(server).Body)
	fmt.Println("GET /me without a token:", logintest.Get("/me").Serve(server).Body)
	fmt.Println("GET /posts without a token:", logintest.Get("/posts").Serve(server).Code)
	// Output:
	// log in: 200
	// with a wrong password: 400
	// GET /me: hello, Ada
	// GET /me without a token: {"detail":"Invalid credentials"}
	// GET /posts without a token: 401
}

var _ = main // it is what the server's own main would be
