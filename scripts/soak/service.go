package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/revocation"
)

// user is whom the loader finds.
type user struct{ name string }

// service is a manager, its keys and its dependencies. There are two in the
// process, so that one could see the other's users if anything were shared.
type service struct {
	name       string
	algorithms []keys.Algorithm
	every      time.Duration // between rotations
	rsa        []*keys.SigningKey
	set        *keys.Set
	ring       ring
	manager    *login.Manager[*user]
	store      login.Revocations
	clock      *clock
	hanging    atomic.Int64 // loaders and stores that wait for their context
	err        error        // why rotation stopped
}

func newServices(clock *clock) ([]*service, error) {
	asymmetric := &service{name: "public", algorithms: []keys.Algorithm{keys.EdDSA, keys.ES256, keys.EdDSA, keys.RS256}, every: 250 * time.Millisecond, clock: clock}
	symmetric := &service{name: "secret", algorithms: []keys.Algorithm{keys.HS256, keys.HS512}, every: 15 * time.Millisecond, clock: clock}
	for range 3 {
		private, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		key, err := keys.NewSigner(private, keys.RS256)
		if err != nil {
			return nil, err
		}
		asymmetric.rsa = append(asymmetric.rsa, key)
	}
	services := []*service{asymmetric, symmetric}
	for _, s := range services {
		if err := s.init(); err != nil {
			return nil, fmt.Errorf("service %s: %w", s.name, err)
		}
	}
	return services, nil
}

func (s *service) init() error {
	first, err := s.nextKey()
	if err != nil {
		return err
	}
	if s.set, err = keys.NewSet(first); err != nil {
		return err
	}
	s.ring.live = []*generation{{kid: first.ID()}}
	s.ring.made = 1
	s.store = &faultyStore{Revocations: &revocation.Memory{Now: s.clock.now}, service: s}
	s.manager, err = login.New(s.set, s.load, login.Config{
		Locations:   login.InHeader | login.InCookie,
		Cookie:      login.Cookie{Name: s.name, Insecure: true},
		Issuer:      "https://" + s.name + ".example",
		Audience:    s.name,
		Lifetime:    lifetime,
		Revocations: s.store,
		Now:         s.clock.now,
	})
	return err
}

// routes are the service's, below its name.
func (s *service) routes() http.Handler {
	m, mux := s.manager, http.NewServeMux()
	greet := m.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*user]) {
		fmt.Fprintf(w, "%s reads", p.User.name)
	}, "read")
	mux.Handle("/read", greet)
	mux.Handle("/slow", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 20*time.Millisecond)
		defer cancel()
		greet.ServeHTTP(w, r.WithContext(ctx))
	}))
	mux.Handle("/nested", m.Require("read")(m.Require("write")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u, _ := m.User(r.Context())
		fmt.Fprintf(w, "%s writes", u.name)
	}))))
	mux.Handle("/open", m.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u, ok := m.User(r.Context()); ok {
			fmt.Fprintf(w, "%s looks", u.name)
			return
		}
		fmt.Fprint(w, "somebody looks")
	})))
	mux.Handle("/login", m.TokenHandler(func(_ context.Context, c *login.Credentials) (login.Grant, error) {
		switch c.Password {
		case "right":
			return login.Grant{Subject: c.Username + "-login", Scopes: scopes}, nil
		case "down":
			return login.Grant{}, login.ErrUnavailable
		}
		return login.Grant{}, login.ErrBadCredentials
	}))
	mux.Handle("POST /logout", m.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*user]) {
		if err := m.Logout(w, r); err != nil {
			m.Deny(w, r, err)
			return
		}
		fmt.Fprintf(w, "%s leaves", p.User.name)
	}))
	return http.StripPrefix("/"+s.name, mux)
}

// load finds the user whose name is the subject, or fails or hangs as the subject
// asks for.
func (s *service) load(ctx context.Context, subject string) (*user, error) {
	what, _, _ := strings.Cut(subject, "-")
	switch what {
	case "gone":
		return nil, login.ErrUserNotFound
	case "nobody":
		return nil, nil
	case "down":
		return nil, fmt.Errorf("database: %w", login.ErrUnavailable)
	case "broken":
		return nil, errors.New("no such table")
	case "panic":
		panic(http.ErrAbortHandler)
	case "hang":
		s.hanging.Add(1)
		defer s.hanging.Add(-1)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return &user{name: s.name + "/" + subject}, nil
}

// faultyStore is a store that fails for the subjects that ask for it.
type faultyStore struct {
	login.Revocations
	service *service
}

func (f *faultyStore) Revoked(ctx context.Context, c *login.Claims) (bool, error) {
	what, _, _ := strings.Cut(c.Subject, "-")
	switch what {
	case "storefails":
		return false, errors.New("connection refused")
	case "storehangs":
		f.service.hanging.Add(1)
		defer f.service.hanging.Add(-1)
		<-ctx.Done()
		return false, ctx.Err()
	}
	return f.Revocations.Revoked(ctx, c)
}
