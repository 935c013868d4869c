package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login/limit"
	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/sessiontest"
)

// The statements are tested on real databases, in scripts/stores. Here are the tests of
// failures that a database rarely has. A database is a driver that executes nothing.
type database struct {
	mu         sync.Mutex
	errs       []error // of the next statements, in order; then each one succeeds
	affected   int64   // rows, by each statement
	unaffected int     // how many statements affect no row before
	queries    []string
	rows       map[string][]driver.Value // by a part of the query: one row
}

func (d *database) Connect(context.Context) (driver.Conn, error) { return &conn{d}, nil }
func (d *database) Driver() driver.Driver                        { return nil }

// next returns the error of the next statement.
func (d *database) next(query string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queries = append(d.queries, query)
	if len(d.errs) == 0 {
		return nil
	}
	err := d.errs[0]
	d.errs = d.errs[1:]
	return err
}

type conn struct{ *database }

func (c *conn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not prepared") }
func (c *conn) Begin() (driver.Tx, error)           { return nil, errors.New("no transactions") }
func (c *conn) Close() error                        { return nil }

func (c *conn) ExecContext(ctx context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	if err := errors.Join(ctx.Err(), c.next(query)); err != nil {
		return nil, err
	}
	if c.unaffected > 0 {
		c.unaffected--
		return driver.RowsAffected(0), nil
	}
	return driver.RowsAffected(c.affected), nil
}

func (c *conn) QueryContext(ctx context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	if err := errors.Join(ctx.Err(), c.next(query)); err != nil {
		return nil, err
	}
	for part, row := range c.rows {
		if strings.Contains(query, part) {
			return &rows{row}, nil
		}
	}
	return &rows{}, nil
}

// rows has one row or none.
type rows struct{ row []driver.Value }

func (r *rows) Columns() []string { return make([]string, max(len(r.row), 1)) }
func (r *rows) Close() error      { return nil }
func (r *rows) Next(dest []driver.Value) error {
	if r.row == nil {
		return io.EOF
	}
	copy(dest, r.row)
	r.row = nil
	return nil
}

// stateError is an error as drivers for PostgreSQL have it.
type stateError string

func (e stateError) Error() string    { return "ERROR (SQLSTATE " + string(e) + ")" }
func (e stateError) SQLState() string { return string(e) }

var errMySQLDeadlock = errors.New("Error 1213 (40001): Deadlock found when trying to get lock")

func open(t *testing.T, d *database, c Config) *Store {
	t.Helper()
	db := sql.OpenDB(d)
	t.Cleanup(func() { _ = db.Close() })
	s, err := New(db, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNewRefuses(t *testing.T) {
	db := sql.OpenDB(&database{})
	defer db.Close()
	for _, tt := range []struct {
		name   string
		db     *sql.DB
		config Config
	}{
		{"no database", nil, Config{Dialect: SQLite}},
		{"no dialect", db, Config{}},
		{"an unknown dialect", db, Config{Dialect: 4}},
		{"a negative timeout", db, Config{Dialect: SQLite, Timeout: -1}},
		{"a negative time", db, Config{Dialect: SQLite, Keep: -1}},
	} {
		if s, err := New(tt.db, tt.config); s != nil || err == nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if err := Migrate(t.Context(), db, 0); err == nil {
		t.Error("Migrate without a dialect succeeds")
	}
}

// A statement that lost against another is made again; any other error is returned.
func TestRepeat(t *testing.T) {
	for _, tt := range []struct {
		name   string
		err    error
		repeat bool
	}{
		{"a serialization failure", stateError("40001"), true},
		{"a deadlock in PostgreSQL", fmt.Errorf("commit: %w", stateError("40P01")), true},
		{"a deadlock in MySQL", errMySQLDeadlock, true},
		{"a duplicate", stateError("23505"), false},
		{"a lost connection", driver.ErrSkip, false},
	} {
		d := &database{errs: []error{tt.err, tt.err}, affected: 1}
		s := open(t, d, Config{Dialect: PostgreSQL})
		ended, err := s.End(t.Context(), "ada", "s")
		if tt.repeat {
			if !ended || err != nil || len(d.queries) != 3 {
				t.Errorf("%s: ended %v after %d statements: %v", tt.name, ended, len(d.queries), err)
			}
			continue
		}
		if ended || !errors.Is(err, tt.err) || !strings.HasPrefix(err.Error(), "ending a session in PostgreSQL: ") {
			t.Errorf("%s: ended %v: %v", tt.name, ended, err)
		}
	}
}

// A database that wants each statement again is an error at the deadline.
func TestRepeatEnds(t *testing.T) {
	d := &database{}
	for range 100000 {
		d.errs = append(d.errs, stateError("40001"))
	}
	s := open(t, d, Config{Dialect: PostgreSQL, Timeout: 20 * time.Millisecond})
	_, outcome, err := s.Rotate(t.Context(), session.Rotation{Subject: "ada", ID: "s", Now: time.Now()})
	if outcome != session.Unknown || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, %v", outcome, err)
	}
}

// With every kind of database, an error of a statement is one of the call.
func TestDown(t *testing.T) {
	for _, dialect := range []Dialect{PostgreSQL, MySQL, SQLite} {
		d := &database{}
		for range 100 {
			d.errs = append(d.errs, errors.New("connection refused"))
		}
		if err := sessiontest.CheckDown(t.Context(), open(t, d, Config{Dialect: dialect}), time.Minute); err != nil {
			t.Errorf("%v: %v", dialect, err)
		}
		if err := Migrate(t.Context(), open(t, d, Config{Dialect: dialect}).db, dialect); err == nil {
			t.Errorf("%v: Migrate succeeds", dialect)
		}
	}
}

// A rotation that finds its session changed looks again, and does not give up.
func TestRotateLooksAgain(t *testing.T) {
	now := time.Now()
	row := []driver.Value{
		[]byte("s"), []byte("ada"), []byte(""), []byte(""), []byte{}, int64(3), now.UnixMilli(), now.UnixMilli(), int64(0),
		int64(3600000), now.Add(time.Hour).UnixMilli(), now.Add(time.Hour).UnixMilli(), int64(0),
	}
	d := &database{rows: map[string][]driver.Value{"SELECT id": row}, affected: 1, unaffected: 10}
	s := open(t, d, Config{Dialect: MySQL})
	rec, outcome, err := s.Rotate(t.Context(), session.Rotation{Subject: "ada", ID: "s", Presented: 3, Now: now})
	if outcome != session.Rotated || rec.Generation != 4 || err != nil {
		t.Errorf("%v, generation %d: %v", outcome, rec.Generation, err)
	}
	if n := len(d.queries); n != 22 { // each time a SELECT and an UPDATE, and the last one wins
		t.Errorf("%d statements, want 22", n)
	}
}

// MySQL has no UPDATE that returns rows: the sessions are read and ended one by one.
func TestEndAllOneByOne(t *testing.T) {
	d := &database{rows: map[string][]driver.Value{"SELECT id FROM": {[]byte("s")}}, errs: []error{nil, errMySQLDeadlock}, affected: 1}
	s := open(t, d, Config{Dialect: MySQL})
	ended, err := s.EndAll(t.Context(), "ada", "")
	if err != nil || len(ended) != 1 || ended[0] != "s" {
		t.Errorf("ended %q: %v", ended, err)
	}
}

// The database decides whether failures are as before: each change names them.
func TestSetFailures(t *testing.T) {
	one, two := limit.Failures{Count: 1, Last: time.UnixMilli(1)}, limit.Failures{Count: 2, Last: time.UnixMilli(2)}
	for _, tt := range []struct {
		name      string
		old, next limit.Failures
		want      string // in the last statement
	}{
		{"the first", limit.Failures{}, one, "INSERT IGNORE INTO login_failures"},
		{"another", one, two, "WHERE id=? AND failures=? AND last_at=?"},
		{"no more", one, limit.Failures{}, "DELETE FROM login_failures WHERE id=? AND failures=? AND last_at=?"},
	} {
		for _, affected := range []int64{0, 1} {
			d := &database{affected: affected}
			s := open(t, d, Config{Dialect: MySQL})
			changed, err := s.SetFailures(t.Context(), "k", tt.old, tt.next, time.Hour)
			if err != nil || changed != (affected == 1) {
				t.Errorf("%s: with %d rows affected: %v, %v", tt.name, affected, changed, err)
			}
			if last := d.queries[len(d.queries)-1]; !strings.Contains(last, tt.want) {
				t.Errorf("%s: the statement is %s, want %s", tt.name, last, tt.want)
			}
		}
	}
	d := &database{errs: []error{driver.ErrSkip, driver.ErrSkip}}
	s := open(t, d, Config{Dialect: PostgreSQL})
	if f, err := s.Failures(t.Context(), "k"); err == nil || !f.IsZero() {
		t.Errorf("Failures of a database that is down are %v, %v", f, err)
	}
	if changed, err := s.SetFailures(t.Context(), "k", one, two, time.Hour); err == nil || changed {
		t.Errorf("SetFailures of a database that is down reports %v, %v", changed, err)
	}
}

func TestMigrateMySQL(t *testing.T) {
	for name, lock := range map[string]int64{"free": 1, "taken": 0} {
		d := &database{rows: map[string][]driver.Value{"GET_LOCK": {lock}, "MAX(version)": {nil}}}
		db := sql.OpenDB(d)
		err := Migrate(t.Context(), db, MySQL)
		if (err == nil) != (lock == 1) {
			t.Errorf("%s: %v", name, err)
		}
		made := false
		for _, query := range d.queries {
			made = made || strings.Contains(query, "login_sessions")
		}
		if made != (lock == 1) {
			t.Errorf("%s: the tables were made: %v", name, made)
		}
		_ = db.Close()
	}
}

func TestStatement(t *testing.T) {
	const query = "SELECT ? WHERE x=$clock AND y=?"
	if got := PostgreSQL.statement(query); got != "SELECT $1 WHERE x=(extract(epoch from clock_timestamp())*1000)::bigint AND y=$2" {
		t.Errorf("PostgreSQL: %s", got)
	}
	if got := SQLite.statement(query); got != "SELECT ? WHERE x=CAST(round((julianday('now')-2440587.5)*86400000) AS INTEGER) AND y=?" {
		t.Errorf("SQLite: %s", got)
	}
	if got := Dialect(0).String() + PostgreSQL.String() + MySQL.String() + SQLite.String(); got != "Dialect(0)PostgreSQLMySQLSQLite" {
		t.Errorf("the names are %s", got)
	}
}

// An older version of a service runs on with the tables of a newer one: no statement
// reads or writes columns that it does not name.
func TestSchemaOnlyAdds(t *testing.T) {
	for _, d := range []Dialect{PostgreSQL, MySQL, SQLite} {
		for i, step := range Schema(d) {
			if step.Number != i+1 {
				t.Errorf("%v: step %d has the number %d", d, i+1, step.Number)
			}
			for _, statement := range step.Statements {
				if !strings.HasPrefix(statement, "CREATE ") || !strings.Contains(statement, "IF NOT EXISTS") {
					t.Errorf("%v: a statement does not only add: %s", d, statement)
				}
			}
		}
		s := fmt.Sprintf("%+v", newStatements(d))
		if strings.Contains(s, "*,") || strings.Contains(s, "SELECT *") || strings.Contains(s, "RETURNING *") {
			t.Errorf("%v: a statement reads all columns", d)
		}
	}
	for _, statement := range NotifySchema() {
		if !strings.HasPrefix(statement, "CREATE OR REPLACE ") {
			t.Errorf("a statement cannot be executed again: %s", statement)
		}
	}
}
