package sqlstore

import (
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// columns are named everywhere: a newer schema may have more of them.
const columns = "id, subject, device, scopes, data, generation, created_at, rotated_at, late_at, idle, idle_until, until_at, ended_at"

// A session that has not ended has ended_at 0. There is one statement for each way in
// which a row changes, and each requires that.
const (
	whereLive    = " WHERE id=? AND subject=? AND ended_at=0"
	whereVersion = " WHERE id=? AND subject=? AND generation=? AND late_at=? AND ended_at=0"
)

// statements are the texts of all statements, in one dialect.
type statements struct {
	create, get, list, live                    string
	rotate, advance, late                      string
	end, endVersion, endAll                    string
	cleanSessions, cleanLog, clock, since, all string
	endedSince                                 string

	failures, count, recount, forget, forgetOld, cleanFailures string
}

func newStatements(d Dialect) statements {
	s := statements{
		create: "INSERT INTO login_sessions (" + columns + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,0)",
		get:    "SELECT " + columns + " FROM login_sessions WHERE id=? AND subject=?",
		list:   "SELECT " + columns + " FROM login_sessions WHERE subject=? AND ended_at=0 AND until_at>? AND idle_until>?",
		live:   "SELECT id FROM login_sessions WHERE subject=? AND ended_at=0 AND id<>?",

		rotate: "UPDATE login_sessions SET generation=generation+1, rotated_at=?," +
			" idle_until=CASE WHEN until_at<?+idle THEN until_at ELSE ?+idle END" +
			whereLive + " AND generation=? AND until_at>? AND idle_until>? RETURNING " + columns,
		advance: "UPDATE login_sessions SET generation=?, rotated_at=?, idle_until=?" + whereVersion,
		late:    "UPDATE login_sessions SET late_at=?" + whereVersion,

		end:        "UPDATE login_sessions SET ended_at=$clock" + whereLive,
		endVersion: "UPDATE login_sessions SET ended_at=$clock" + whereVersion,
		endAll:     "UPDATE login_sessions SET ended_at=$clock WHERE subject=? AND ended_at=0 AND id<>? RETURNING id",

		cleanSessions: d.clean("login_sessions"),
		cleanLog:      d.clean("login_revocations"),

		clock:      "SELECT $clock",
		since:      "SELECT kind, issuer, id, before_at, until_at FROM login_revocations WHERE noted_at>=? AND until_at>=?",
		all:        "SELECT kind, issuer, id, before_at, until_at FROM login_revocations WHERE until_at>=?",
		endedSince: "SELECT id, ended_at FROM login_sessions WHERE ended_at>=?",

		failures:      "SELECT failures, last_at FROM login_failures WHERE id=? AND until_at>?",
		count:         d.insertNew("login_failures (id, failures, last_at, until_at) VALUES (?,?,?,?)"),
		recount:       "UPDATE login_failures SET failures=?, last_at=?, until_at=? WHERE id=? AND failures=? AND last_at=?",
		forget:        "DELETE FROM login_failures WHERE id=? AND failures=? AND last_at=?",
		forgetOld:     "DELETE FROM login_failures WHERE id=? AND until_at<=?",
		cleanFailures: d.clean("login_failures"),
	}
	for _, query := range []*string{
		&s.create, &s.get, &s.list, &s.live, &s.rotate, &s.advance, &s.late, &s.end, &s.endVersion, &s.endAll,
		&s.cleanSessions, &s.cleanLog, &s.clock, &s.since, &s.all, &s.endedSince,
		&s.failures, &s.count, &s.recount, &s.forget, &s.forgetOld, &s.cleanFailures,
	} {
		*query = d.statement(*query)
	}
	return s
}

// clean returns the statement that removes a few rows whose until_at has passed.
func (d Dialect) clean(table string) string {
	old := " FROM " + table + " WHERE until_at<? ORDER BY until_at LIMIT 100"
	switch d {
	case PostgreSQL:
		return "DELETE FROM " + table + " WHERE ctid=ANY(ARRAY(SELECT ctid" + old + "))"
	case SQLite:
		return "DELETE FROM " + table + " WHERE rowid IN (SELECT rowid" + old + ")"
	default: // MySQL has the limit here, and not in a subquery
		return "DELETE" + old
	}
}

// insertNew returns the statement that adds a row unless its key is there.
func (d Dialect) insertNew(row string) string {
	if d == MySQL {
		return "INSERT IGNORE INTO " + row
	}
	return "INSERT INTO " + row + " ON CONFLICT DO NOTHING"
}

// scanner is a row.
type scanner interface{ Scan(dest ...any) error }

// scan reads the columns of a session.
func scan(row scanner) (session.Record, error) {
	var rec session.Record
	var id, subject, device, scopes []byte
	var generation, created, rotated, late, idle, idleUntil, until, ended int64
	err := row.Scan(&id, &subject, &device, &scopes, &rec.Data, &generation, &created, &rotated, &late, &idle, &idleUntil, &until, &ended)
	if err != nil {
		return session.Record{}, err
	}
	rec.ID, rec.Subject, rec.Device, rec.Scopes = string(id), string(subject), string(device), strings.Fields(string(scopes))
	rec.Generation, rec.Idle, rec.Ended = uint64(generation), time.Duration(idle)*time.Millisecond, ended != 0
	rec.Created, rec.Rotated, rec.Late = at(created), at(rotated), at(late)
	rec.IdleUntil, rec.Until = at(idleUntil), at(until)
	return rec, nil
}

// millis returns a time as a column has it: 0 is the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func at(millis int64) time.Time {
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// notNull returns b, or bytes that are empty and not NULL.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
