package sqlstore

import (
	"encoding/hex"
	"strings"
)

// Script writes statements about the sessions of one subject for a person to give to
// psql, mysql or sqlite3. Every value is in hexadecimal, so a hostile name cannot change
// the statement. An end is the same as that of [Store.End], also for each feed.
type Script struct {
	Dialect Dialect
	Subject string
}

// List returns the statement that shows the live sessions: the ID, the device as a JSON
// string, the times of the login and of the last refresh, and when it expires.
func (s Script) List() string {
	return s.text("SELECT $text(id) AS id, $json(device) AS device, $time(created_at) AS login, $time(rotated_at) AS refreshed," +
		" $time(idle_until) AS expires FROM login_sessions WHERE subject=" + s.literal(s.Subject) +
		" AND ended_at=0 AND until_at>$clock AND idle_until>$clock ORDER BY rotated_at;\n")
}

// End returns the statement that ends sessions by their IDs and shows which it ended, or
// in MySQL how many.
func (s Script) End(ids ...string) string {
	literals := make([]string, len(ids))
	for i, id := range ids {
		literals[i] = s.literal(id)
	}
	return s.end("id IN (" + strings.Join(literals, ", ") + ")")
}

// EndAll returns the statement that ends all sessions but one. If except is empty, it
// ends all.
func (s Script) EndAll(except string) string {
	return s.end("id<>" + s.literal(except))
}

func (s Script) end(which string) string {
	query := "UPDATE login_sessions SET ended_at=$clock WHERE subject=" + s.literal(s.Subject) + " AND " + which + " AND ended_at=0"
	if s.Dialect == MySQL {
		return s.text(query + ";\nSELECT ROW_COUNT() AS ended;\n")
	}
	return s.text(query + " RETURNING $text(id) AS ended;\n")
}

// literal returns bytes as a literal, in which no quote and no backslash can be.
func (s Script) literal(value string) string {
	if s.Dialect == PostgreSQL {
		return "decode('" + hex.EncodeToString([]byte(value)) + "', 'hex')"
	}
	return "x'" + hex.EncodeToString([]byte(value)) + "'"
}

// text replaces $clock and the functions in a query. Devices are chosen by users: a JSON
// string has no control characters for the terminal in it.
func (s Script) text(query string) string {
	text, json, time := "CAST($ AS TEXT)", "json_quote(CAST($ AS TEXT))", "datetime($/1000, 'unixepoch')"
	switch s.Dialect {
	case PostgreSQL:
		text, time = "encode($, 'escape')", "to_timestamp($/1000)"
		// A text of PostgreSQL has no zero byte.
		json = `CASE WHEN position('\x00'::bytea IN $)=0 THEN to_json(convert_from($, 'UTF8'))::text ELSE to_json(encode($, 'hex'))::text END`
	case MySQL:
		text, json, time = "CONVERT($ USING utf8mb4)", "JSON_QUOTE(CONVERT($ USING utf8mb4))", "FROM_UNIXTIME($ DIV 1000)"
	}
	var list []string
	for _, column := range []string{"id", "device", "created_at", "rotated_at", "idle_until"} {
		for name, function := range map[string]string{"$text": text, "$json": json, "$time": time} {
			list = append(list, name+"("+column+")", strings.ReplaceAll(function, "$", column))
		}
	}
	return strings.NewReplacer(append(list, "$clock", s.Dialect.clock())...).Replace(query)
}
