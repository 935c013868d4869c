package session_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/session"
)

// account is the user of the example.
type account struct{ Name string }

func loadAccount(_ context.Context, name string) (*account, error) {
	if name != "ada" {
		return nil, login.ErrUserNotFound
	}
	return &account{name}, nil
}

func checkPassword(_ context.Context, c *login.Credentials) (login.Grant, error) {
	if c.Username != "ada" || c.Password != "correct horse" { // compare a hash of the password
		return login.Grant{}, login.ErrBadCredentials
	}
	return login.Grant{Subject: c.Username, Scopes: []string{"posts:read"}}, nil
}

// replica is one process of a service. All replicas have the same key and the same store.
func replica(key keys.Source, store session.Store) (*session.Manager[*account], http.Handler) {
	auth, err := session.New(key, loadAccount,
		login.Config{Locations: login.InHeader | login.InCookie},
		session.Config[*account]{Store: store})
	if err != nil {
		log.Fatal(err)
	}
	// A service keeps its view of ended sessions fresh: go auth.Feed().Run(ctx, nil)
	mux := http.NewServeMux()
	mux.Handle("POST /token", auth.TokenHandler(checkPassword))
	mux.Handle("GET /posts", auth.Renew(auth.Require("posts:read")(http.HandlerFunc(posts))))
	mux.Handle("DELETE /sessions/{id}", auth.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*account]) {
		if err := auth.End(r.Context(), p.Claims.Subject, r.PathValue("id")); err != nil {
			auth.Deny(w, r, err)
		}
	}))
	return auth, mux
}

func posts(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[]") }

// tokens is the answer of the token endpoint.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// send sends a request to a replica, and reads the tokens in its answer if there are any.
func send(to http.Handler, method, path, access string, form url.Values) (status int, answer tokens) {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", "curl/8")
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	w := httptest.NewRecorder()
	to.ServeHTTP(w, r)
	_ = json.Unmarshal(w.Body.Bytes(), &answer) // other answers have no tokens
	return w.Code, answer
}

// A client logs in at one replica and refreshes at another. Its session is listed and
// ended at the first one, and the second one refuses it.
func Example() {
	key, err := keys.Generate(keys.EdDSA) // keys.Load, the same for all replicas
	if err != nil {
		log.Fatal(err)
	}
	store := new(session.Memory) // sqlstore.New(db, …) or redisstore.New(client, …)
	here, one := replica(key, store)
	there, two := replica(key, store)
	ctx := context.Background()

	status, first := send(one, "POST", "/token", "", url.Values{"username": {"ada"}, "password": {"correct horse"}, "remember": {"true"}})
	fmt.Println("log in at one:", status)

	status, next := send(two, "POST", "/token", "", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.Refresh}})
	fmt.Println("refresh at two:", status, next.Refresh != first.Refresh)
	status, _ = send(two, "GET", "/posts", next.Access, nil)
	fmt.Println("read at two:", status)

	list, err := here.List(ctx, "ada")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("sessions:", len(list), list[0].Device)

	status, _ = send(one, "DELETE", "/sessions/"+list[0].ID, next.Access, nil)
	fmt.Println("end at one:", status)
	if err := there.Feed().Sync(ctx); err != nil { // Run does it each second
		log.Fatal(err)
	}
	status, _ = send(two, "GET", "/posts", next.Access, nil)
	fmt.Println("read at two:", status)
	_, err = there.Refresh(ctx, next.Refresh)
	fmt.Println("refresh at two:", errors.Is(err, session.ErrEnded))
	// Output:
	// log in at one: 200
	// refresh at two: 200 true
	// read at two: 200
	// sessions: 1 curl/8
	// end at one: 200
	// read at two: 401
	// refresh at two: true
}
