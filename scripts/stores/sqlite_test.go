//go:build !nosqlite

package stores

import (
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/loginctl/loginctl/pkg/login/session/sqlstore"
)

// The driver is SQLite itself in Go, which takes minutes to compile with the race
// detector. The tag leaves it out.

func TestSQLite(t *testing.T) { suite(t, openSQLite(t)) }

const sqliteOptions = "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)&_txlock=immediate"

func openSQLite(t testing.TB) *engine {
	url := "file:" + filepath.Join(t.TempDir(), "sessions.db") + sqliteOptions
	return openSQL(t, &engine{name: "SQLite", dialect: sqlstore.SQLite}, "sqlite", url, 8, "")
}

func TestSQLiteOperator(t *testing.T) {
	e := openSQLite(t)
	var seq int
	var name, file string
	if err := e.db.QueryRow("PRAGMA database_list").Scan(&seq, &name, &file); err != nil {
		t.Fatal(err)
	}
	operate(t, e, "sqlite", nil, "sqlite3", "-bail", file)
}
