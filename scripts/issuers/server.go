package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
)

// rsaKeys are made once: key 0 is good at first, key 1 is that of a rotation, 2 is
// another key of the same kid, 3 belongs to nobody's set.
var rsaKeys = sync.OnceValue(func() (list [4]*rsa.PrivateKey) {
	for i := range list {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		list[i] = key
	}
	return list
})

// server is an issuer and one client of it.
type server struct {
	*jwkstest.Issuer
	issuer string
	verify verify
	err    error // of opening the client
	close  func()
}

// start opens a client for an issuer that answers with h.
func start(c client, h http.Handler) *server {
	issuer := jwkstest.New()
	issuer.Answer(h)
	over := httptest.NewServer(issuer)
	ctx, cancel := context.WithCancel(context.Background())
	s := &server{Issuer: issuer, issuer: over.URL, close: func() {
		cancel()
		over.CloseClientConnections()
		go over.Close() // waits for handlers that wait
	}}
	s.verify, s.err = c.open(ctx, over.URL)
	return s
}

// startWarm is start with key 0, and waits until a good token is accepted.
func startWarm(c client) (s *server, good string) {
	s = start(c, set(jwkOf("k0", 0, nil)))
	good = s.token("k0", 0)
	for range 40 {
		if s.err != nil {
			break
		}
		if _, s.err = ask(s.verify, good); s.err == nil {
			return s, good
		}
		if s.err != errHangs {
			time.Sleep(50 * time.Millisecond)
			if _, err := ask(s.verify, good); err == nil {
				s.err = nil
				return s, good
			}
		}
	}
	return s, good
}

// token returns a token of the issuer under that kid, signed with a key.
func (s *server) token(kid string, key int) string {
	now := time.Now()
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": s.issuer, "sub": "ada", "aud": audience, "iat": now.Unix() - 1, "exp": now.Add(time.Hour).Unix(), "jti": fmt.Sprint(now.UnixNano()),
	})
	t.Header["kid"] = kid
	text, err := t.SignedString(rsaKeys()[key])
	if err != nil {
		panic(err)
	}
	return text
}

// jwkOf is the JWK of a key for RS256; members are changed by change, and removed if
// nil.
func jwkOf(kid string, key int, change map[string]any) string {
	public := rsaKeys()[key].PublicKey
	m := map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
		"n": base64.RawURLEncoding.EncodeToString(public.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes()),
	}
	for name, value := range change {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
	text, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// set answers with a JWK Set of entries.
func set(entries ...string) http.HandlerFunc {
	var list []json.RawMessage
	for _, entry := range entries {
		list = append(list, json.RawMessage(entry))
	}
	text, err := json.Marshal(map[string]any{"keys": list})
	if err != nil {
		panic(err)
	}
	return body(string(text))
}

func body(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, text)
	}
}

func status(code int, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(code)
	}
}

func after(d time.Duration, then http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(d):
			then.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// huge answers with 64 MB of JSON.
func huge(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, `{"keys":[],"x":"`)
	for range 64 {
		if _, err := w.Write(megabyte); err != nil {
			return
		}
	}
	io.WriteString(w, `"}`)
}

var megabyte = bytes.Repeat([]byte("x"), 1<<20)
