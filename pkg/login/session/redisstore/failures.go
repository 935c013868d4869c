package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/limit"
)

var _ limit.Store = (*Store)(nil)

// Failures are stored as two numbers with a space between them, under the key
// <prefix>f:<key>: the count, and the last time in milliseconds.

func (s *Store) failuresKey(key string) string { return s.config.Prefix + "f:" + key }

// Failures implements [limit.Store].
func (s *Store) Failures(ctx context.Context, key string) (limit.Failures, error) {
	const call = "reading failed logins"
	result, err := s.eval(ctx, call, failuresScript, s.failuresKey(key))
	if err != nil {
		return limit.Failures{}, err
	}
	found, err := texts(result)
	if err != nil {
		return limit.Failures{}, fmt.Errorf("%s in Redis: %w", call, err)
	}
	if len(found) == 0 {
		return limit.Failures{}, nil
	}
	f, err := decodeFailures(found[0])
	if err != nil {
		return limit.Failures{}, fmt.Errorf("%s in Redis: %w", call, err)
	}
	return f, nil
}

// SetFailures implements [limit.Store].
func (s *Store) SetFailures(ctx context.Context, key string, old, next limit.Failures, keep time.Duration) (bool, error) {
	changed, err := s.eval(ctx, "counting failed logins", setFailuresScript, s.failuresKey(key),
		encodeFailures(old), encodeFailures(next), number(max(keep.Milliseconds(), 1)))
	return changed == int64(1), err
}

func encodeFailures(f limit.Failures) string {
	if f.IsZero() {
		return ""
	}
	return strconv.Itoa(f.Count) + " " + millis(f.Last)
}

func decodeFailures(text string) (limit.Failures, error) {
	count, last, _ := strings.Cut(text, " ")
	n, err1 := strconv.Atoi(count)
	t, err2 := atText(last)
	if err1 != nil || err2 != nil {
		return limit.Failures{}, errDamaged
	}
	return limit.Failures{Count: n, Last: t}, nil
}
