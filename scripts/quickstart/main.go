// Command quickstart protects one route of a real HTTP server with a key, and
// asks for it without a token, with the token in the header and with it in the cookie.
package main

import (
	"bytes"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/pkg/login"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: quickstart KEY PASSPHRASE-FILE TOKEN-FILE")
	}
	passphrase, err := os.ReadFile(os.Args[2])
	check(err)
	key, err := keyfile.LoadEncrypted(os.Args[1], bytes.TrimSuffix(passphrase, []byte("\n")))
	check(err)
	token, err := os.ReadFile(os.Args[3])
	check(err)

	auth, err := login.New(key, login.ClaimsOnly, login.Config{Locations: login.InHeader | login.InCookie})
	check(err)
	mux := http.NewServeMux()
	mux.Handle("GET /posts", auth.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*login.Claims]) {
		fmt.Fprintf(w, "posts for %s", p.User.Subject)
	}, "posts:read"))
	server := httptest.NewServer(mux)
	defer server.Close()

	text := string(bytes.TrimSpace(token))
	expect(server.URL, "without a token", nil, http.StatusUnauthorized)
	expect(server.URL, "with the token", http.Header{"Authorization": {"Bearer " + text}}, http.StatusOK)
	expect(server.URL, "with the cookie", http.Header{"Cookie": {"access-token=" + text}}, http.StatusOK)
}

// expect asks for the protected route and prints the answer. Its status must be want.
func expect(url, how string, header http.Header, want int) {
	request, err := http.NewRequest("GET", url+"/posts", nil)
	check(err)
	request.Header = header.Clone()
	response, err := http.DefaultClient.Do(request)
	check(err)
	defer response.Body.Close()
	var body bytes.Buffer
	_, err = body.ReadFrom(response.Body)
	check(err)
	fmt.Printf("GET /posts %-16s %s  %s\n", how, response.Status, body.String())
	if response.StatusCode != want {
		log.Fatalf("expected %d", want)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
