// The program browser is a complete service for browsers: a login page, a page for
// users, a button that logs out, the list of a user's devices, and a page for
// administrators. The test beside it visits the pages with Chromium.
//
// Run it with "go run ." and open http://localhost:8080 as ada or bob, with the
// password "correct horse".
package main

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"io"
	"log"
	"net/http"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/pages"
	"github.com/loginctl/loginctl/pkg/login/session"
)

//go:embed pages.html
var files embed.FS

var templates = template.Must(template.ParseFS(files, "pages.html"))

// User is a user of the service.
type User struct {
	Name  string
	Admin bool
	hash  []byte
}

func main() {
	key, err := keys.Generate(keys.EdDSA) // a service loads one: keyfile.LoadEncrypted
	if err != nil {
		log.Fatal(err)
	}
	site, err := newSite(key, 15*time.Minute)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", site.routes()))
}

type site struct {
	auth     *session.Manager[*User]
	users    map[string]*User
	stranger []byte // the hash that an unknown name is compared with
}

// newSite returns the service. Access tokens live for lifetime, and sessions in memory;
// package sqlstore keeps them.
func newSite(key *keys.SigningKey, lifetime time.Duration) (*site, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte("correct horse"), bcrypt.DefaultCost)
	if err != nil {
		return nil, err
	}
	s := &site{stranger: hash, users: map[string]*User{
		"ada": {Name: "Ada", Admin: true, hash: hash},
		"bob": {Name: "Bob", hash: hash},
	}}
	s.auth, err = session.New(key, s.load, login.Config{
		Locations: login.InCookie,
		Lifetime:  lifetime,
		Cookie:    login.Cookie{Insecure: true}, // for plain http on this machine; leave it out
		OnError:   pages.Errors("/login", page("refused")),
		OnEvent:   login.LogEvents(nil),
	}, session.Config[*User]{Store: new(session.Memory)})
	return s, err
}

func (s *site) load(_ context.Context, subject string) (*User, error) { return s.users[subject], nil }

// check does the same work for an unknown name as for a wrong password.
func (s *site) check(_ context.Context, c *login.Credentials) (login.Grant, error) {
	user, hash := s.users[c.Username], s.stranger
	if user != nil {
		hash = user.hash
	}
	if bcrypt.CompareHashAndPassword(hash, []byte(c.Password)) != nil || user == nil {
		return login.Grant{}, login.ErrBadCredentials
	}
	return login.Grant{Subject: c.Username}, nil
}

// page returns a function that writes a page of pages.html.
func page(name string) func(io.Writer, *pages.Page) error {
	return func(w io.Writer, p *pages.Page) error { return templates.ExecuteTemplate(w, name, p) }
}

func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/login", s.auth.LoginForm(s.check, pages.Form(page("login"))))
	mux.HandleFunc("POST /logout", s.logout)
	mux.Handle("GET /{$}", s.auth.Renew(s.auth.Handle(s.home)))
	mux.Handle("POST /note", s.auth.Renew(s.auth.Handle(s.note)))
	mux.Handle("POST /devices/end", s.auth.Renew(s.auth.Handle(s.endOthers)))
	mux.Handle("GET /admin", s.auth.Renew(s.auth.Require()(s.admins(http.HandlerFunc(s.admin)))))
	return mux
}

func (s *site) logout(w http.ResponseWriter, r *http.Request) {
	if err := s.auth.Logout(w, r); err != nil {
		s.auth.Deny(w, r, err)
		return
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

func (s *site) home(w http.ResponseWriter, r *http.Request, p *login.Principal[*User]) {
	devices, err := s.auth.List(r.Context(), p.Claims.Subject)
	if err != nil {
		s.auth.Deny(w, r, err)
		return
	}
	show(w, "home", map[string]any{"User": p.User, "Devices": devices})
}

func (s *site) note(w http.ResponseWriter, _ *http.Request, p *login.Principal[*User]) {
	show(w, "noted", p.User)
}

func (s *site) endOthers(w http.ResponseWriter, r *http.Request, p *login.Principal[*User]) {
	if _, err := s.auth.EndAll(r.Context(), p.Claims.Subject, p.Claims.SessionID); err != nil {
		s.auth.Deny(w, r, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// admins is a guard of the service's own.
func (s *site) admins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, ok := s.auth.User(r.Context()); !ok || !user.Admin {
			s.auth.Deny(w, r, login.ErrForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *site) admin(w http.ResponseWriter, _ *http.Request) { show(w, "admin", s.users) }

func show(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := templates.ExecuteTemplate(w, name, data); err != nil {
		log.Print(fmt.Errorf("writing the page %s: %w", name, err))
	}
}
