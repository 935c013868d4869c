// walk sends requests through a guard, and writes the coverage counters of each into
// a folder of its name below the one in its argument.
package main

import (
	"context"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/coverage"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

type user struct{ Name string }

func main() {
	key := must(keys.Generate(keys.RS256))
	auth := must(login.New(key, func(context.Context, string) (*user, error) { return &user{"Ada"}, nil }, login.Config{}))
	token := must(auth.Issue(login.Grant{Subject: "ada", Scopes: []string{"a"}})).Reveal()
	guarded := auth.Require("a")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := auth.User(r.Context()); !ok {
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	for _, step := range []struct {
		name, authorization string
		want                int
	}{
		{"first", "Bearer " + token, http.StatusOK},
		{"again", "Bearer " + token, http.StatusOK},
		{"none", "", http.StatusUnauthorized},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", step.authorization)
		check(coverage.ClearCounters())
		guarded.ServeHTTP(w, r)
		dir := filepath.Join(os.Args[1], step.name)
		check(os.Mkdir(dir, 0o755))
		check(coverage.WriteMetaDir(dir))
		check(coverage.WriteCountersDir(dir))
		if w.Code != step.want {
			log.Fatalf("%s: status %d, want %d", step.name, w.Code, step.want)
		}
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
