package sqlstore

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// batch is how many entries one INSERT has. Each has 5 parameters, of which SQLite
// has at least 999.
const batch = 100

// Note implements [session.Log]. Many entries are several statements.
func (s *Store) Note(ctx context.Context, list ...session.Revocation) error {
	for i := range list {
		if err := list[i].Validate(); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for part := range slices.Chunk(list, batch) {
		if err := s.note(ctx, part); err != nil {
			return err
		}
	}
	if len(list) > 0 && s.noted.Add(1)%cleanUpEvery == 0 {
		// By the clocks of the services, which may differ from the database's.
		_ = s.cleanUp(ctx, s.sql.cleanLog, millis(time.Now().Add(-s.config.Keep)))
	}
	return nil
}

func (s *Store) note(ctx context.Context, list []session.Revocation) error {
	values := strings.Repeat(", (?,?,?,?,?,$clock)", len(list))[2:]
	query := s.config.Dialect.statement("INSERT INTO login_revocations (kind, issuer, id, before_at, until_at, noted_at) VALUES " + values)
	var args []any
	for _, r := range list {
		args = append(args, int64(r.Kind), []byte(r.Issuer), []byte(r.ID), millis(r.Before), millis(r.Until))
	}
	return s.within(ctx, "noting revocations", func(ctx context.Context) error {
		_, err := s.db.ExecContext(ctx, query, args...)
		return err
	})
}

// Since implements [session.Log].
func (s *Store) Since(ctx context.Context, since time.Time) (list []session.Revocation, clock time.Time, err error) {
	err = s.within(ctx, "reading revocations", func(ctx context.Context) (err error) {
		list, clock, err = s.read(ctx, since)
		return err
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	return list, clock, nil
}

func (s *Store) read(ctx context.Context, since time.Time) (list []session.Revocation, clock time.Time, err error) {
	// The clock is read first: an entry that the other queries miss is dated later.
	var now int64
	if err := s.db.QueryRowContext(ctx, s.sql.clock).Scan(&now); err != nil {
		return nil, time.Time{}, err
	}
	entry := func(row scanner) error {
		var kind, before, until int64
		var issuer, id []byte
		err := row.Scan(&kind, &issuer, &id, &before, &until)
		list = append(list, session.Revocation{Kind: session.RevocationKind(kind), Issuer: string(issuer), ID: string(id), Before: at(before), Until: at(until)})
		return err
	}
	if since.IsZero() {
		err = s.each(ctx, entry, s.sql.all, now)
	} else {
		err = s.each(ctx, entry, s.sql.since, millis(since), now)
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	// ended_at is 0 in live sessions, so the time has to be after that.
	first := max(millis(since), now-s.config.Keep.Milliseconds(), 1)
	err = s.each(ctx, func(row scanner) error {
		var id []byte
		var ended int64
		err := row.Scan(&id, &ended)
		list = append(list, session.Revocation{Kind: session.RevokedSession, ID: string(id), Until: at(ended).Add(s.config.Keep)})
		return err
	}, s.sql.endedSince, first)
	return list, at(now), err
}
