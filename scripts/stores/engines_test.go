package stores

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"

	"github.com/loginctl/loginctl/pkg/login/limit"
	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/redisstore"
	"github.com/loginctl/loginctl/pkg/login/session/sqlstore"
)

// engine is a store on one server, in one configuration.
type engine struct {
	name   string
	server string // of servers.sh, "" if there is none
	// open opens another handle on the store.
	open func() (session.Store, error)
	// empty opens a handle on a log without entries; later handles are on the same.
	empty func() error
	// db is the database of SQL, whose dialect is given.
	db      *sql.DB
	dialect sqlstore.Dialect
	// counts are the failed logins of the engine in memory.
	counts limit.Memory
	// prefix is that of Redis.
	prefix func() string
	// client is that of Redis.
	client redis.UniversalClient
	// wake makes wake-ups for a feed, if the engine has them.
	wake func(context.Context) <-chan struct{}
	// down is a store on a port where no server is.
	down func() (session.Store, error)
}

// address returns the address of a server that scripts/stores.sh started.
func address(t testing.TB, server string) string {
	url := os.Getenv("STORES_" + server)
	if url == "" {
		t.Skipf("STORES_%s is not set: scripts/stores.sh starts the server", server)
	}
	return url
}

func openMemory(testing.TB) *engine {
	store := new(atomic.Pointer[session.Memory])
	store.Store(new(session.Memory))
	return &engine{
		name:  "memory",
		open:  func() (session.Store, error) { return store.Load(), nil },
		empty: func() error { store.Store(new(session.Memory)); return nil },
	}
}

func openPostgres(t testing.TB, name, options string) *engine {
	url := address(t, "POSTGRES") + options
	e := &engine{name: name, server: "postgres", dialect: sqlstore.PostgreSQL}
	e.wake = func(ctx context.Context) <-chan struct{} { return Listen(ctx, url) }
	e = openSQL(t, e, "pgx", url, 32, "postgres://login@127.0.0.1:1/login?sslmode=disable&connect_timeout=2")
	for _, statement := range sqlstore.NotifySchema() {
		if _, err := e.db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func openMariaDB(t testing.TB, name, options string) *engine {
	url := address(t, "MARIADB") + options
	e := &engine{name: name, server: "mariadb", dialect: sqlstore.MySQL}
	return openSQL(t, e, "mysql", url, 32, "login:login@tcp(127.0.0.1:1)/login")
}

// openSQL completes an engine over a database. Handles are in turn on two pools of
// connections, as in two processes.
func openSQL(t testing.TB, e *engine, driver, url string, connections int, down string) *engine {
	t.Helper()
	var pools [2]*sql.DB
	for i := range pools {
		db, err := sql.Open(driver, url)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
		t.Cleanup(func() { _ = db.Close() })
		pools[i] = db
	}
	e.db = pools[0]
	if err := sqlstore.Migrate(t.Context(), e.db, e.dialect); err != nil {
		t.Fatal(err)
	}
	var handles atomic.Int64
	e.open = func() (session.Store, error) {
		// A busy machine may take a while to make 64 connections at once.
		return sqlstore.New(pools[handles.Add(1)%2], sqlstore.Config{Dialect: e.dialect, Timeout: 30 * time.Second})
	}
	e.empty = func() error { _, err := e.db.Exec("DELETE FROM login_revocations"); return err }
	if down != "" {
		e.down = func() (session.Store, error) {
			db, err := sql.Open(driver, down)
			if err != nil {
				return nil, err
			}
			t.Cleanup(func() { _ = db.Close() })
			return sqlstore.New(db, sqlstore.Config{Dialect: e.dialect, Timeout: 2 * time.Second})
		}
	}
	return e
}

func openRedis(t testing.TB) *engine {
	address := address(t, "REDIS")
	e := &engine{name: "Redis", server: "redis"}
	return openGoRedis(t, e, func() redis.UniversalClient {
		// A kill test must see the errors: retries of the client would hide them.
		return redis.NewClient(&redis.Options{Addr: address, MaxRetries: -1, PoolSize: 32})
	})
}

func openCluster(t testing.TB) *engine {
	address := address(t, "CLUSTER")
	return openGoRedis(t, &engine{name: "Redis Cluster"}, func() redis.UniversalClient {
		return redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{address}})
	})
}

func openGoRedis(t testing.TB, e *engine, connect func() redis.UniversalClient) *engine {
	e.client = connect()
	t.Cleanup(func() { _ = e.client.Close() })
	prefix := newPrefix()
	e.prefix = func() string { return prefix }
	e.empty = func() error { prefix = newPrefix(); return nil }
	e.open = func() (session.Store, error) {
		client := connect()
		t.Cleanup(func() { _ = client.Close() })
		return redisstore.New(GoRedis{client}, redisstore.Config{Prefix: prefix})
	}
	e.wake = func(ctx context.Context) <-chan struct{} {
		store, err := redisstore.New(GoRedis{e.client}, redisstore.Config{Prefix: prefix})
		if err != nil {
			t.Fatal(err)
		}
		return Subscribe(ctx, e.client, store.Channel())
	}
	e.down = func() (session.Store, error) {
		client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1, DialerRetries: 1})
		t.Cleanup(func() { _ = client.Close() })
		return redisstore.New(GoRedis{client}, redisstore.Config{Timeout: 2 * time.Second})
	}
	return e
}

func openRueidis(t testing.TB) *engine {
	address := address(t, "REDIS")
	prefix := newPrefix()
	return &engine{
		name:  "Redis by rueidis",
		empty: func() error { prefix = newPrefix(); return nil },
		open: func() (session.Store, error) {
			client, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{address}, DisableCache: true})
			if err != nil {
				return nil, err
			}
			t.Cleanup(client.Close)
			return redisstore.New(Rueidis{client}, redisstore.Config{Prefix: prefix})
		},
	}
}

var prefixes atomic.Int64

// newPrefix returns a prefix that no earlier run on the server had.
func newPrefix() string { return fmt.Sprintf("t%d-%d:", time.Now().UnixNano(), prefixes.Add(1)) }
