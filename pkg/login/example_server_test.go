package login_test

import (
	"context"
	"encoding/json"

	"golang.org/x/crypto/bcrypt"

	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// begin README
import (
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

func newServer(key *keys.SigningKey, users Users) (http.Handler, error) {
	auth, err := login.New(key, users.ByEmail, login.Config{TokenURL: "/login"})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("POST /login", auth.TokenHandler(users.CheckPassword))
	mux.Handle("GET /me", auth.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*User]) {
		fmt.Fprintln(w, "hello,", p.User.Name)
	}))
	mux.Handle("GET /posts/", auth.Require("posts:read")(http.FileServer(http.Dir("."))))
	return mux, nil
}

func main() {
	key, err := keys.LoadEncrypted("signing.pem", []byte(os.Getenv("PASSPHRASE")))
	if err != nil {
		log.Fatal(err)
	}
	server, err := newServer(key, Users{"ada@example.com": {Name: "Ada", Hash: []byte(os.Getenv("ADA_HASH"))}})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", server))
}

// end README

// User is whatever a service knows of its users.
type User struct {
	Name string
	Hash []byte // of the password, by bcrypt
}

// Users finds users and checks their passwords: the two functions that a
// service has to bring.
type Users map[string]*User

// ByEmail is a [login.Loader].
func (u Users) ByEmail(_ context.Context, email string) (*User, error) { return u[email], nil }

// stranger stands for whoever is not known, so that a login takes as long as any other.
var stranger = &User{Hash: []byte("$2a$10$d5cBJ1K15gUTEFe1NwPKjOVlo9EQGuxVYmsVH2YVi.0e0s7sqH7oW")}

// CheckPassword is a [login.PasswordCheck].
func (u Users) CheckPassword(_ context.Context, email, password string) (login.Grant, error) {
	user, known := u[email]
	if !known {
		user = stranger
	}
	if bcrypt.CompareHashAndPassword(user.Hash, []byte(password)) != nil || !known {
		return login.Grant{}, login.ErrBadCredentials
	}
	return login.Grant{Subject: email, Scopes: []string{"posts:read"}}, nil
}

// A server with a login, a route for whoever is known and one that needs a
// scope. The requests below are what its clients send.
func Example_server() {
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte("correct horse"), bcrypt.DefaultCost)
	if err != nil {
		log.Fatal(err)
	}
	server, err := newServer(key, Users{"ada@example.com": {"Ada", hash}})
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
	fmt.Println("GET /posts/1 without a token:", logintest.Get("/posts/1").Serve(server).Code)
	// Output:
	// log in: 200
	// with a wrong password: 400
	// GET /me: hello, Ada
	// GET /me without a token: {"detail":"Invalid credentials"}
	// GET /posts/1 without a token: 401
}

var _ = main // it is what the server's own main would be
