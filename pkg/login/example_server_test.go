package login_test

import (
	"path/filepath"
	"strings"
	"testing"

	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// begin README

type User struct{ Name string }

func newServer(key *keys.SigningKey, users map[string]*User) http.Handler {
	load := func(_ context.Context, email string) (*User, error) { return users[email], nil }
	auth, err := login.New(key, load, login.Config{})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /me", auth.Handle(func(w http.ResponseWriter, _ *http.Request, p *login.Principal[*User]) {
		fmt.Fprintln(w, "hello,", p.User.Name)
	}))
	posts := http.StripPrefix("/posts/", http.FileServer(http.Dir("posts")))
	mux.Handle("GET /posts/", auth.Require("posts:read")(posts))
	return mux
}

func main() {
	key, err := keyfile.LoadEncrypted("signing.pem", []byte(os.Getenv("PASSPHRASE")))
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", newServer(key, map[string]*User{"ada@example.com": {"Ada"}})))
}

// end README

// A server with a route for every known user and one that needs a scope. The requests
// below are those of its clients.
func Example_server() {
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	server := newServer(key, map[string]*User{"ada@example.com": {"Ada"}})
	issuer, err := login.NewIssuer(key, login.Config{})
	if err != nil {
		log.Fatal(err)
	}
	token, err := issuer.Issue(login.Grant{Subject: "ada@example.com"})
	if err != nil {
		log.Fatal(err)
	}

	fmt.Print("GET /me: ", logintest.Get("/me").Bearer(token.Reveal()).Serve(server).Body)
	fmt.Println("GET /me without a token:", logintest.Get("/me").Serve(server).Body)
	fmt.Println("GET /posts/ without the scope:", logintest.Get("/posts/").Bearer(token.Reveal()).Serve(server).Body)
	// Output:
	// GET /me: hello, Ada
	// GET /me without a token: {"detail":"Invalid credentials"}
	// GET /posts/ without the scope: {"detail":"Insufficient scope"}
}

// Paths below posts are served to users with the scope.
func TestExampleServerServesPosts(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("posts", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("posts", "first.txt"), []byte("hello, world"), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := login.NewIssuer(key, login.Config{})
	if err != nil {
		t.Fatal(err)
	}
	token := logintest.Mint(t, issuer, login.Grant{Subject: "ada@example.com", Scopes: []string{"posts:read"}})
	server := newServer(key, map[string]*User{"ada@example.com": {"Ada"}})
	for path, want := range map[string]string{"/posts/": "first.txt", "/posts/first.txt": "hello, world"} {
		if w := logintest.Get(path).Bearer(token).Serve(server); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, %s", path, w.Code, w.Body)
		}
	}
}

var _ = main // it is what the server's own main would be
