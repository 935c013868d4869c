package sqlstore

import (
	"fmt"
	"strconv"
	"strings"
)

// Dialect is the kind of a database.
type Dialect int

// The dialects. There is no default.
const (
	PostgreSQL Dialect = iota + 1
	MySQL              // and MariaDB
	SQLite
)

// String returns the name of the dialect.
func (d Dialect) String() string {
	switch d {
	case PostgreSQL:
		return "PostgreSQL"
	case MySQL:
		return "MySQL"
	case SQLite:
		return "SQLite"
	}
	return fmt.Sprintf("Dialect(%d)", int(d))
}

func (d Dialect) validate() error {
	if d < PostgreSQL || d > SQLite {
		return fmt.Errorf("the dialect is %v: give PostgreSQL, MySQL or SQLite", d)
	}
	return nil
}

// clock is the time of the database in milliseconds since 1970, as it was at the
// earliest when the statement began, in a transaction or not.
func (d Dialect) clock() string {
	switch d {
	case PostgreSQL:
		return "(extract(epoch from clock_timestamp())*1000)::bigint"
	case MySQL:
		// The functions of local time repeat an hour each autumn.
		return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000"
	default:
		// unixepoch('subsec') is newer than many installed versions.
		return "CAST(round((julianday('now')-2440587.5)*86400000) AS INTEGER)"
	}
}

// returning reports whether UPDATE can return the changed rows.
func (d Dialect) returning() bool { return d != MySQL }

// statement returns a query in the dialect: $clock is its clock, and each ? is a
// parameter.
func (d Dialect) statement(query string) string {
	query = strings.ReplaceAll(query, "$clock", d.clock())
	if d != PostgreSQL {
		return query
	}
	var b strings.Builder
	for n, part := range strings.Split(query, "?") {
		if n > 0 {
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
	}
	return b.String()
}
