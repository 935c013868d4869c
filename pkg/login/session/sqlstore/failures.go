package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/loginctl/loginctl/pkg/login/limit"
)

var _ limit.Store = (*Store)(nil)

// Failures implements [limit.Store].
func (s *Store) Failures(ctx context.Context, key string) (f limit.Failures, err error) {
	err = s.within(ctx, "reading failed logins", func(ctx context.Context) error {
		var last int64
		err := s.db.QueryRowContext(ctx, s.sql.failures, []byte(key), millis(time.Now())).Scan(&f.Count, &last)
		f.Last = at(last)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return limit.Failures{}, err
	}
	return f, nil
}

// SetFailures implements [limit.Store].
func (s *Store) SetFailures(ctx context.Context, key string, old, next limit.Failures, keep time.Duration) (changed bool, err error) {
	err = s.within(ctx, "counting failed logins", func(ctx context.Context) (err error) {
		changed, err = s.setFailures(ctx, []byte(key), old, next, millis(time.Now()), keep)
		return err
	})
	if err != nil {
		return false, err
	}
	if changed && old.IsZero() && s.counted.Add(1)%cleanUpEvery == 0 {
		_ = s.cleanUp(ctx, s.sql.cleanFailures, millis(time.Now()))
	}
	return changed, nil
}

func (s *Store) setFailures(ctx context.Context, key []byte, old, next limit.Failures, now int64, keep time.Duration) (bool, error) {
	switch {
	case next.IsZero():
		return s.exec(ctx, s.sql.forget, key, old.Count, millis(old.Last))
	case old.IsZero():
		// A row that is only kept until it is cleaned up counts as none.
		if _, err := s.exec(ctx, s.sql.forgetOld, key, now); err != nil {
			return false, err
		}
		return s.exec(ctx, s.sql.count, key, next.Count, millis(next.Last), now+keep.Milliseconds())
	default:
		return s.exec(ctx, s.sql.recount, next.Count, millis(next.Last), now+keep.Milliseconds(), key, old.Count, millis(old.Last))
	}
}
