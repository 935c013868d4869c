//lint:file-ignore SA4006 The lines of the README check their errors elsewhere.

package session_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/http"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/sqlstore"
)

// noServer is a database whose server cannot be reached.
type noServer struct{}

func (noServer) Connect(context.Context) (driver.Conn, error) { return nil, errors.New("no server") }

func (noServer) Driver() driver.Driver { return nil }

type User struct{ Email string }

type directory struct{}

func (directory) ByEmail(_ context.Context, email string) (*User, error) { return &User{email}, nil }

// TestReadme runs the lines of README.md about sessions. There is no server behind the
// database, so the list is an outage and not an empty list.
func TestReadme(t *testing.T) {
	ctx, mux, users, user := t.Context(), http.NewServeMux(), directory{}, &User{"ada@example.org"}
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(noServer{})
	pages := http.NotFoundHandler()
	checkPassword := func(context.Context, *login.Credentials) (login.Grant, error) {
		return login.Grant{}, login.ErrBadCredentials
	}

	store, err := sqlstore.New(db, sqlstore.Config{Dialect: sqlstore.PostgreSQL}) // or redisstore, or session.Memory
	auth, err := session.New(key, users.ByEmail, login.Config{Locations: login.InHeader | login.InCookie}, session.Config[*User]{Store: store})
	go auth.Feed().Run(ctx, nil)                                // other replicas' ends, in memory
	mux.Handle("POST /token", auth.TokenHandler(checkPassword)) // programs: log in and refresh
	mux.Handle("/", auth.Renew(auth.Require()(pages)))          // browsers: renewed without a redirect
	list, err := auth.List(ctx, user.Email)                     // the devices; auth.End and auth.EndAll log them out

	if !errors.Is(err, login.ErrUnavailable) || list != nil {
		t.Errorf("without a server: %d sessions, %v", len(list), err)
	}
}
