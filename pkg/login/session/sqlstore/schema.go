package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Migration is one step of the schema.
type Migration struct {
	// Number begins with 1 and grows by 1.
	Number int
	// Statements may be executed again, without an effect.
	Statements []string
}

// Schema returns the steps that make the tables, in order. A later version of this
// package may add steps, and changes no earlier one. Steps only add: an older version
// of a service runs on with a newer schema.
func Schema(d Dialect) []Migration {
	return []Migration{
		{1, append(d.table("login_sessions", sessionColumns, sessionIndexes), d.table("login_revocations", logColumns, logIndexes)...)},
		{2, d.table("login_failures", failureColumns, failureIndexes)},
	}
}

// NotifySchema returns statements for PostgreSQL, which may be executed again. With
// them, each Note and each end of a session sends a notification on the channel
// login_revocations. A connection that listens to it is a wake-up for
// [session.Feed.Run]. Rotations send nothing.
func NotifySchema() []string {
	return []string{
		"CREATE OR REPLACE FUNCTION login_notify() RETURNS trigger LANGUAGE plpgsql AS\n" +
			"'BEGIN NOTIFY login_revocations; RETURN NULL; END'",
		"CREATE OR REPLACE TRIGGER login_noted AFTER INSERT ON login_revocations\n" +
			"FOR EACH STATEMENT EXECUTE FUNCTION login_notify()",
		// Only statements that set the column.
		"CREATE OR REPLACE TRIGGER login_ended AFTER UPDATE OF ended_at ON login_sessions\n" +
			"FOR EACH STATEMENT EXECUTE FUNCTION login_notify()",
	}
}

// Columns are the name, type and further words. BYTES, LONG and NAME are replaced. All
// texts are bytes: a collation would take one subject for another, and PostgreSQL's
// texts cannot have the byte 0.
var (
	sessionColumns = []string{
		"id NAME(128) NOT NULL PRIMARY KEY", "subject NAME(1024) NOT NULL",
		"device BYTES NOT NULL", "scopes BYTES NOT NULL", "data BYTES NOT NULL",
		"generation LONG NOT NULL", "created_at LONG NOT NULL", "rotated_at LONG NOT NULL", "late_at LONG NOT NULL",
		"idle LONG NOT NULL", "idle_until LONG NOT NULL", "until_at LONG NOT NULL", "ended_at LONG NOT NULL",
	}
	sessionIndexes = []string{"subject", "until_at", "ended_at"}
	logColumns     = []string{
		"kind LONG NOT NULL", "issuer NAME(1024) NOT NULL", "id NAME(1024) NOT NULL",
		"before_at LONG NOT NULL", "until_at LONG NOT NULL", "noted_at LONG NOT NULL",
	}
	logIndexes = []string{"noted_at", "until_at"}

	failureColumns = []string{
		"id NAME(128) NOT NULL PRIMARY KEY", "failures LONG NOT NULL", "last_at LONG NOT NULL", "until_at LONG NOT NULL",
	}
	failureIndexes = []string{"until_at"}
)

// table returns the statements that make a table with its indexes.
func (d Dialect) table(name string, columns, indexes []string) []string {
	types := map[Dialect]*strings.Replacer{
		PostgreSQL: strings.NewReplacer("NAME(128)", "bytea", "NAME(1024)", "bytea", "BYTES", "bytea", "LONG", "bigint"),
		MySQL:      strings.NewReplacer("NAME", "VARBINARY", "BYTES", "BLOB", "LONG", "BIGINT"),
		SQLite:     strings.NewReplacer("NAME(128)", "BLOB", "NAME(1024)", "BLOB", "BYTES", "BLOB", "LONG", "INTEGER"),
	}[d]
	var body, after []string
	for _, column := range columns {
		body = append(body, types.Replace(column))
	}
	for _, column := range indexes {
		index := name + "_" + column
		// MySQL cannot make an index only if it is not there, except with its table.
		if d == MySQL {
			body = append(body, "INDEX "+index+" ("+column+")")
		} else {
			after = append(after, "CREATE INDEX IF NOT EXISTS "+index+" ON "+name+" ("+column+")")
		}
	}
	// Rotations change no indexed column. With room in the page, PostgreSQL then
	// leaves the indexes alone (a HOT update).
	options := map[Dialect]string{PostgreSQL: " WITH (fillfactor=70)", MySQL: " ENGINE=InnoDB ROW_FORMAT=DYNAMIC"}[d]
	create := "CREATE TABLE IF NOT EXISTS " + name + " (\n\t" + strings.Join(body, ",\n\t") + "\n)" + options
	return append([]string{create}, after...)
}

// Migrate makes the steps of [Schema] that the database does not have yet. Several
// processes may call it at once. The steps that were made are in the table
// login_schema.
func Migrate(ctx context.Context, db *sql.DB, d Dialect) error {
	if err := d.validate(); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("migrating the session store: %w", err)
	}
	err = d.locked(ctx, conn, func() error { return d.migrate(ctx, conn) })
	if err = errors.Join(err, conn.Close()); err != nil {
		return fmt.Errorf("migrating the session store: %w", err)
	}
	return nil
}

func (d Dialect) migrate(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS login_schema (version BIGINT NOT NULL PRIMARY KEY)"); err != nil {
		return err
	}
	var done sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT MAX(version) FROM login_schema").Scan(&done); err != nil {
		return err
	}
	for _, step := range Schema(d) {
		if int64(step.Number) <= done.Int64 {
			continue
		}
		for _, statement := range step.Statements {
			if _, err := conn.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("step %d: %w", step.Number, err)
			}
		}
		// Without a lock, another process may have made the step meanwhile.
		record := d.statement(d.insertNew("login_schema (version) VALUES (?)"))
		if _, err := conn.ExecContext(ctx, record, step.Number); err != nil {
			return fmt.Errorf("step %d: %w", step.Number, err)
		}
	}
	return nil
}

// lockNumber is the number of an advisory lock: the letters of "login".
const lockNumber = 0x6c6f67696e

// locked calls f while no other process does. CREATE TABLE IF NOT EXISTS is not safe
// against itself in PostgreSQL. The lock is one of the connection: it ends with it.
func (d Dialect) locked(ctx context.Context, conn *sql.Conn, f func() error) error {
	switch d {
	case PostgreSQL:
		if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(lockNumber)); err != nil {
			return err
		}
		err := f()
		_, unlock := conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", int64(lockNumber))
		return errors.Join(err, unlock)
	case MySQL:
		var got sql.NullInt64
		if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK('login_schema', 60)").Scan(&got); err != nil {
			return err
		}
		if got.Int64 != 1 {
			return errors.New("another process is migrating for longer than a minute: try again")
		}
		err := f()
		_, unlock := conn.ExecContext(ctx, "DO RELEASE_LOCK('login_schema')")
		return errors.Join(err, unlock)
	default:
		return f() // SQLite has one writer at a time
	}
}
