package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// Rotate implements [session.Store].
func (s *Store) Rotate(ctx context.Context, r session.Rotation) (rec session.Record, outcome session.Outcome, err error) {
	if err := r.Validate(); err != nil {
		return session.Record{}, session.Unknown, err
	}
	err = s.within(ctx, "rotating a session", func(ctx context.Context) (err error) {
		rec, outcome, err = s.rotate(ctx, r)
		return err
	})
	if err != nil {
		return session.Record{}, session.Unknown, err
	}
	return rec, outcome, nil
}

func (s *Store) rotate(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error) {
	if s.config.Dialect.returning() {
		rec, won, err := s.rotateAtOnce(ctx, r)
		if won || err != nil {
			return rec, session.Rotated, err
		}
	}
	// The session is read, and changed if it is still as it was read. If it is not,
	// another call has succeeded, so calls cannot stop each other for ever.
	for {
		rec, err := scan(s.db.QueryRowContext(ctx, s.sql.get, []byte(r.ID), []byte(r.Subject)))
		if errors.Is(err, sql.ErrNoRows) {
			return session.Record{}, session.Unknown, nil
		}
		if err != nil {
			return session.Record{}, session.Unknown, err
		}
		next, outcome := session.Step(rec, r)
		changed, err := s.change(ctx, rec, next, outcome)
		if changed || err != nil {
			return next, outcome, err
		}
	}
}

// rotateAtOnce is the ordinary case in one statement: the token is the good one of a
// live session.
func (s *Store) rotateAtOnce(ctx context.Context, r session.Rotation) (rec session.Record, won bool, err error) {
	now := millis(r.Now)
	rec, err = scan(s.db.QueryRowContext(ctx, s.sql.rotate, now, now, now,
		[]byte(r.ID), []byte(r.Subject), int64(r.Presented), now, now))
	if errors.Is(err, sql.ErrNoRows) {
		return session.Record{}, false, nil
	}
	return rec, err == nil, err
}

// change writes the step of a session from rec to next. It reports whether that is
// now true: the step changes nothing, or this call has written it.
func (s *Store) change(ctx context.Context, rec, next session.Record, outcome session.Outcome) (bool, error) {
	// These name the version of the row. ended_at is 0 in each of them.
	version := []any{[]byte(rec.ID), []byte(rec.Subject), int64(rec.Generation), millis(rec.Late)}
	switch outcome {
	case session.Rotated, session.Ahead:
		args := []any{int64(next.Generation), millis(next.Rotated), millis(next.IdleUntil)}
		return s.exec(ctx, s.sql.advance, append(args, version...)...)
	case session.Late:
		return s.exec(ctx, s.sql.late, append([]any{millis(next.Late)}, version...)...)
	case session.Reused:
		return s.exec(ctx, s.sql.endVersion, version...)
	}
	return true, nil
}
