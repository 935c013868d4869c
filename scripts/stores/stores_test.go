package stores

import (
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/sessiontest"
	"github.com/loginctl/loginctl/pkg/login/session/sqlstore"
)

func TestMemory(t *testing.T) { suite(t, openMemory(t)) }

func TestPostgres(t *testing.T) { suite(t, openPostgres(t, "PostgreSQL", "")) }
func TestPostgresSerializable(t *testing.T) {
	suite(t, openPostgres(t, "PostgreSQL serializable", "&default_transaction_isolation=serializable"))
}

func TestMariaDB(t *testing.T) { suite(t, openMariaDB(t, "MariaDB", "")) }
func TestMariaDBFoundRows(t *testing.T) {
	suite(t, openMariaDB(t, "MariaDB, found rows", "?clientFoundRows=true&interpolateParams=true"))
}

func TestRedis(t *testing.T)        { suite(t, openRedis(t)) }
func TestRedisRueidis(t *testing.T) { suite(t, openRueidis(t)) }
func TestRedisCluster(t *testing.T) { suite(t, openCluster(t)) }

// setting returns a number from the environment: scripts/stores.sh --full sets them.
func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv("STORES_" + name)); err == nil {
		return n
	}
	return otherwise
}

// full reports whether this is the run of scripts/stores.sh --full.
func full() bool { return setting("FULL", 0) > 0 }

// suite checks all promises of a store on one engine.
func suite(t *testing.T, e *engine) {
	t.Run("Store", func(t *testing.T) {
		if err := sessiontest.CheckStore(t.Context(), e.open); err != nil {
			t.Error(err)
		}
	})
	t.Run("Races", func(t *testing.T) {
		rounds := setting("ROUNDS", 5)
		began := time.Now()
		if err := sessiontest.CheckRaces(t.Context(), e.open, rounds); err != nil {
			t.Error(err)
		}
		t.Logf("%s: 5 races of 64 calls, %d rounds each, in %v", e.name, rounds, time.Since(began).Round(time.Millisecond))
	})
	t.Run("Revocations", func(t *testing.T) { checkRevocations(t, e) })
	t.Run("Feed", func(t *testing.T) { checkFeed(t, e) })
	t.Run("Down", func(t *testing.T) {
		if e.down == nil {
			return // there is no server that could be down
		}
		store, err := e.down()
		if err != nil {
			t.Fatal(err)
		}
		if err := sessiontest.CheckDown(t.Context(), store, 3*time.Second); err != nil {
			t.Error(err)
		}
	})
	if e.db != nil {
		t.Run("Migrate", func(t *testing.T) { checkMigrate(t, e) })
		t.Run("CleanUp", func(t *testing.T) { checkCleanUp(t, e) })
	}
	t.Run("Cost", func(t *testing.T) { measure(t, e) })
}

// checkRevocations checks feeds over the log of a store.
func checkRevocations(t *testing.T, e *engine) {
	empty := func(now func() time.Time) func() (login.Revocations, error) {
		if err := e.empty(); err != nil {
			t.Fatal(err)
		}
		return func() (login.Revocations, error) {
			store, err := e.open()
			if err != nil {
				return nil, err
			}
			return session.NewFeed(store, session.FeedConfig{Now: now})
		}
	}
	err := sessiontest.CheckRevocations(t.Context(), sessiontest.Revocations{Empty: empty, Within: 10 * time.Second})
	if err != nil {
		t.Error(err)
	}
}

// Migrate runs at each start of each replica.
func checkMigrate(t *testing.T, e *engine) {
	for _, table := range []string{"login_schema", "login_sessions", "login_revocations"} {
		if _, err := e.db.Exec("DROP TABLE " + table); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := sqlstore.Migrate(t.Context(), e.db, e.dialect); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var version, steps int
	if err := e.db.QueryRow("SELECT MAX(version), COUNT(*) FROM login_schema").Scan(&version, &steps); err != nil {
		t.Fatal(err)
	}
	if want := len(sqlstore.Schema(e.dialect)); version != want || steps != want {
		t.Errorf("the schema has version %d in %d steps, want %d", version, steps, want)
	}
	// The statements of a step may be executed again.
	for _, step := range sqlstore.Schema(e.dialect) {
		for _, statement := range step.Statements {
			if _, err := e.db.Exec(statement); err != nil {
				t.Errorf("again: %v", err)
			}
		}
	}
	for _, statement := range sqlstore.NotifySchema() {
		if e.dialect == sqlstore.PostgreSQL {
			if _, err := e.db.Exec(statement); err != nil {
				t.Errorf("notifications: %v", err)
			}
		}
	}
}

// Sessions and entries that have expired go, a few with each 64th call.
func checkCleanUp(t *testing.T, e *engine) {
	store, err := e.open()
	if err != nil {
		t.Fatal(err)
	}
	subject := "cleanup" + newPrefix()
	now := time.Now().UTC().Truncate(time.Millisecond)
	create := func(n int, at time.Time) {
		for range n {
			rec := session.Record{Subject: subject, ID: newPrefix(), Created: at, Rotated: at, Idle: time.Hour, IdleUntil: at.Add(time.Hour), Until: at.Add(time.Hour)}
			if err := store.Create(t.Context(), rec, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	rows := func(table string) (n int) {
		if err := e.db.QueryRow("SELECT COUNT(*) FROM " + table + " WHERE until_at < " + strconv.FormatInt(now.Add(-26*time.Hour).UnixMilli(), 10)).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	create(150, now.Add(-28*time.Hour)) // over since more than 26 hours
	if n := rows("login_sessions"); n != 150 {
		t.Errorf("%d old sessions are there by the time of their logins, want 150", n)
	}
	create(42, now) // the 192nd call cleans up
	if n := rows("login_sessions"); n != 50 {
		t.Errorf("%d old sessions are left after one clean-up, want 50", n)
	}
	create(64, now)
	if n := rows("login_sessions"); n != 0 {
		t.Errorf("%d old sessions are left after two, want 0", n)
	}
	if list, err := store.List(t.Context(), subject, now); err != nil || len(list) != 106 {
		t.Errorf("%d live sessions are left, want 106: %v", len(list), err)
	}

	entry := session.Revocation{Kind: session.RevokedToken, ID: "old", Until: now.Add(-27 * time.Hour)}
	for i := range 64 {
		if i == 63 {
			entry.Until = now.Add(time.Hour)
		}
		if err := store.Note(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
	}
	if n := rows("login_revocations"); n != 0 {
		t.Errorf("%d old entries are left, want 0", n)
	}
}
