package main

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// served is the issuer of a script. Its URL is in the variable ISSUER.
type served struct {
	*jwkstest.Issuer
	caching atomic.Value // string: the Cache-Control of all answers
}

type issuerKey struct{}

// startIssuer serves an issuer on loopback until the script ends: issuer KEY
func startIssuer(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: issuer KEY")
	}
	s := &served{Issuer: jwkstest.New(loadedKey(ts, args[0]))}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if caching, _ := s.caching.Load().(string); caching != "" {
			w.Header().Set("Cache-Control", caching)
		}
		s.ServeHTTP(w, r)
	}))
	ts.Defer(func() {
		server.CloseClientConnections()
		server.Close()
	})
	ts.Value(issuerKey{}).(map[string]*served)["one"] = s
	ts.Setenv("ISSUER", server.URL)
}

func theIssuer(ts *testscript.TestScript) *served {
	s := ts.Value(issuerKey{}).(map[string]*served)["one"]
	if s == nil {
		ts.Fatalf("the script has no issuer")
	}
	return s
}

func loadedKey(ts *testscript.TestScript, file string) *keys.VerificationKey {
	key, err := keyfile.LoadPublic(ts.MkAbs(file))
	ts.Check(err)
	return key
}

// publish replaces the keys of the issuer: publish KEY...
func publish(ts *testscript.TestScript, _ bool, args []string) {
	var published []*keys.VerificationKey
	for _, file := range args {
		published = append(published, loadedKey(ts, file))
	}
	theIssuer(ts).Publish(published...)
}

// answers sets the answer of the issuer: answers set|STATUS|hang|html|FILE, or the
// Cache-Control of all its answers: answers cache VALUE
func answers(ts *testscript.TestScript, _ bool, args []string) {
	s := theIssuer(ts)
	switch status, err := strconv.Atoi(args[0]); {
	case args[0] == "cache":
		s.caching.Store(args[1])
	case args[0] == "set":
		s.Answer(nil)
	case args[0] == "hang":
		s.Answer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	case err == nil:
		s.Answer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	default:
		text := ts.ReadFile(args[0])
		s.Answer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(text)) }))
	}
}

// asked checks how often the set was requested so far: asked N
func asked(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := theIssuer(ts).Requests(); got != want {
		ts.Fatalf("the set was requested %d times, want %d", got, want)
	}
}
