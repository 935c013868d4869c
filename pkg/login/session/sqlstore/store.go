package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// Config configures a [Store].
type Config struct {
	// Dialect is the kind of the database. It must be set.
	Dialect Dialect
	// Timeout limits each call, beside the context of the caller. If zero, it is 5
	// seconds.
	Timeout time.Duration
	// Keep is how long a session stays in the store after its Until, and in the
	// log after it was ended. It must be longer than an access token lives. If
	// zero, it is session.DefaultKeep.
	Keep time.Duration
}

// Store is a [session.Store] in a database. It is safe for concurrent use, by any
// number of processes.
type Store struct {
	db     *sql.DB
	config Config
	sql    statements

	created, noted, counted atomic.Uint64 // calls, to clean up once in a while
}

var _ session.Store = (*Store)(nil)

// New returns a store in a database. It does no I/O.
func New(db *sql.DB, c Config) (*Store, error) {
	if db == nil {
		return nil, errors.New("a session store has a database: give the result of sql.Open")
	}
	if err := c.Dialect.validate(); err != nil {
		return nil, err
	}
	if c.Timeout < 0 || c.Keep < 0 {
		return nil, errors.New("Config.Timeout and Config.Keep are not negative: give zero for the default")
	}
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	if c.Keep == 0 {
		c.Keep = session.DefaultKeep
	}
	return &Store{db: db, config: c, sql: newStatements(c.Dialect)}, nil
}

// within calls f with the deadline of the store, and names the call in its error.
func (s *Store) within(ctx context.Context, call string, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	if err := repeat(ctx, func() error { return f(ctx) }); err != nil {
		return fmt.Errorf("%s in %v: %w", call, s.config.Dialect, err)
	}
	return nil
}

// Create implements [session.Store].
func (s *Store) Create(ctx context.Context, rec session.Record, now time.Time) error {
	if err := rec.Validate(); err != nil {
		return err
	}
	err := s.within(ctx, "creating a session", func(ctx context.Context) error {
		_, err := s.db.ExecContext(ctx, s.sql.create,
			[]byte(rec.ID), []byte(rec.Subject), []byte(rec.Device), []byte(strings.Join(rec.Scopes, " ")), notNull(rec.Data),
			int64(rec.Generation), millis(rec.Created), millis(rec.Rotated), millis(rec.Late),
			rec.Idle.Milliseconds(), millis(rec.IdleUntil), millis(rec.Until))
		return err
	})
	if err != nil {
		return err
	}
	// The session is there: whether old ones go now or at a later call is the same.
	if s.created.Add(1)%cleanUpEvery == 0 {
		_ = s.cleanUp(ctx, s.sql.cleanSessions, millis(now.Add(-s.config.Keep)))
	}
	return nil
}

// cleanUpEvery is the number of calls between two that clean up.
const cleanUpEvery = 64

// cleanUp removes a few rows from before a time.
func (s *Store) cleanUp(ctx context.Context, statement string, before int64) error {
	return s.within(ctx, "cleaning up", func(ctx context.Context) error {
		_, err := s.db.ExecContext(ctx, statement, before)
		return err
	})
}

// End implements [session.Store].
func (s *Store) End(ctx context.Context, subject, id string) (ended bool, err error) {
	err = s.within(ctx, "ending a session", func(ctx context.Context) (err error) {
		ended, err = s.exec(ctx, s.sql.end, []byte(id), []byte(subject))
		return err
	})
	return ended && err == nil, err
}

// EndAll implements [session.Store].
func (s *Store) EndAll(ctx context.Context, subject, except string) (ended []string, err error) {
	err = s.within(ctx, "ending all sessions", func(ctx context.Context) (err error) {
		if s.config.Dialect.returning() {
			ended, err = s.ids(ctx, s.sql.endAll, []byte(subject), []byte(except))
		} else {
			ended, err = s.endEach(ctx, subject, except)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

// endEach ends the sessions that there are at the beginning, for databases whose
// UPDATE returns no rows. It returns those that it ended, and no other call did.
func (s *Store) endEach(ctx context.Context, subject, except string) (ended []string, err error) {
	ids, err := s.ids(ctx, s.sql.live, []byte(subject), []byte(except))
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		var changed bool
		// A repetition after a deadlock would not report the ones ended before it.
		err := repeat(ctx, func() (err error) {
			changed, err = s.exec(ctx, s.sql.end, []byte(id), []byte(subject))
			return err
		})
		if err != nil {
			return nil, err
		}
		if changed {
			ended = append(ended, id)
		}
	}
	return ended, nil
}

// Get implements [session.Store].
func (s *Store) Get(ctx context.Context, subject, id string) (rec session.Record, found bool, err error) {
	err = s.within(ctx, "reading a session", func(ctx context.Context) (err error) {
		rec, err = scan(s.db.QueryRowContext(ctx, s.sql.get, []byte(id), []byte(subject)))
		if found = err == nil; errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return rec, found, err
}

// List implements [session.Store].
func (s *Store) List(ctx context.Context, subject string, now time.Time) (list []session.Record, err error) {
	err = s.within(ctx, "listing sessions", func(ctx context.Context) error {
		list = nil
		return s.each(ctx, func(row scanner) error {
			rec, err := scan(row)
			list = append(list, rec)
			return err
		}, s.sql.list, []byte(subject), millis(now), millis(now))
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// exec executes a statement that changes one row or none, and reports which.
func (s *Store) exec(ctx context.Context, statement string, args ...any) (changed bool, err error) {
	result, err := s.db.ExecContext(ctx, statement, args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// each calls f for each row of a query.
func (s *Store) each(ctx context.Context, f func(scanner) error, query string, args ...any) error {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	// The rows of a query that changes them are only kept if this succeeds.
	return errors.Join(rows.Err(), rows.Close())
}

// ids returns the first column of a query.
func (s *Store) ids(ctx context.Context, query string, args ...any) (ids []string, err error) {
	err = s.each(ctx, func(row scanner) error {
		var id []byte
		err := row.Scan(&id)
		ids = append(ids, string(id))
		return err
	}, query, args...)
	return ids, err
}
