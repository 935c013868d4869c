package stores

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/redisstore"
	"github.com/loginctl/loginctl/pkg/login/session/sqlstore"
)

// The program of the tests is a server too: the environment says over which database.
// Soaks run several of them.
const (
	serveOver    = "STORES_SERVE"        // postgres or redis
	serveSecret  = "STORES_SERVE_SECRET" // the key of all replicas
	soakPassword = "correct horse"
)

// startServer starts a server process, and returns its address.
func startServer(t *testing.T, engine string, key *keys.SigningKey) string {
	t.Helper()
	secret, err := keys.MarshalSecret(key)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command(program)
	server.Env = append(os.Environ(), serveOver+"="+engine, serveSecret+"="+string(secret))
	server.Stderr = os.Stderr
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the server over %s does not start: %v", engine, err)
	}
	return strings.TrimSpace(address)
}

// serve runs a server until its process is killed.
func serve(engine string) error {
	key, err := keys.ParseSecret([]byte(os.Getenv(serveSecret)), keys.HS256)
	if err != nil {
		return err
	}
	store, err := serverStore(engine)
	if err != nil {
		return err
	}
	feed, err := session.NewFeed(store, session.FeedConfig{Every: every, Stale: soakStale})
	if err != nil {
		return err
	}
	auth, err := session.New(key, login.ClaimsOnly, login.Config{Issuer: "https://id.example.com"},
		session.Config[*login.Claims]{Store: store, Feed: feed})
	if err != nil {
		return err
	}
	go feed.Run(context.Background(), nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + listener.Addr().String())
	return (&http.Server{Handler: serverRoutes(auth), ReadHeaderTimeout: time.Minute}).Serve(listener)
}

func serverRoutes(auth *session.Manager[*login.Claims]) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /token", auth.TokenHandler(func(_ context.Context, c *login.Credentials) (login.Grant, error) {
		if c.Password != soakPassword {
			return login.Grant{}, login.ErrBadCredentials
		}
		return login.Grant{Subject: c.Username}, nil
	}))
	mux.Handle("GET /", auth.Require()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})))
	// The operator's: it needs no token, since the first try may have ended the session.
	mux.HandleFunc("POST /end", func(w http.ResponseWriter, r *http.Request) {
		if err := auth.End(r.Context(), r.PostFormValue("subject"), r.PostFormValue("id")); err != nil {
			auth.Deny(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func serverStore(engine string) (session.Store, error) {
	if engine == "redis" {
		client := redis.NewClient(&redis.Options{Addr: os.Getenv("STORES_REDIS"), PoolSize: 32})
		return redisstore.New(GoRedis{client}, redisstore.Config{Prefix: "soak:"})
	}
	db, err := sql.Open("pgx", os.Getenv("STORES_POSTGRES")+"&connect_timeout=2")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(32)
	db.SetMaxIdleConns(32)
	return sqlstore.New(db, sqlstore.Config{Dialect: sqlstore.PostgreSQL})
}
