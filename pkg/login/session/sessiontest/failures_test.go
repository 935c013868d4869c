package sessiontest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login/limit"
	"github.com/loginctl/loginctl/pkg/login/session/sessiontest"
)

// brokenCount is a store of failures with one fault.
type brokenCount struct {
	limit.Memory
	set func(m *limit.Memory, ctx context.Context, key string, old, next limit.Failures, keep time.Duration) (bool, error)
	key func(string) string
	get func(limit.Failures) limit.Failures
}

func (b *brokenCount) Failures(ctx context.Context, key string) (limit.Failures, error) {
	if b.key != nil {
		key = b.key(key)
	}
	f, err := b.Memory.Failures(ctx, key)
	if b.get != nil {
		f = b.get(f)
	}
	return f, err
}

func (b *brokenCount) SetFailures(ctx context.Context, key string, old, next limit.Failures, keep time.Duration) (bool, error) {
	if b.key != nil {
		key = b.key(key)
	}
	if b.set != nil {
		return b.set(&b.Memory, ctx, key, old, next, keep)
	}
	return b.Memory.SetFailures(ctx, key, old, next, keep)
}

func TestCheckFailures(t *testing.T) {
	type set = func(m *limit.Memory, ctx context.Context, key string, old, next limit.Failures, keep time.Duration) (bool, error)
	force := func(m *limit.Memory, ctx context.Context, key string, next limit.Failures, keep time.Duration) (bool, error) {
		for {
			old, err := m.Failures(ctx, key)
			if err != nil {
				return false, err
			}
			if changed, err := m.SetFailures(ctx, key, old, next, keep); changed || err != nil {
				return changed, err
			}
		}
	}
	for _, tt := range []struct {
		name  string
		store *brokenCount
		want  string
	}{
		{"good", &brokenCount{}, ""},
		{"the last write counts", &brokenCount{set: set(func(m *limit.Memory, ctx context.Context, key string, _, next limit.Failures, keep time.Duration) (bool, error) {
			return force(m, ctx, key, next, keep)
		})}, "failures are replaced if they are as before"},
		{"only the count is compared", &brokenCount{set: set(func(m *limit.Memory, ctx context.Context, key string, old, next limit.Failures, keep time.Duration) (bool, error) {
			if now, _ := m.Failures(ctx, key); now.Count == old.Count {
				old = now
			}
			return m.SetFailures(ctx, key, old, next, keep)
		})}, "failures are replaced if they are as before"},
		{"zero is kept", &brokenCount{set: set(func(m *limit.Memory, ctx context.Context, key string, old, next limit.Failures, keep time.Duration) (bool, error) {
			if next.IsZero() {
				next = old
			}
			return m.SetFailures(ctx, key, old, next, keep)
		})}, "failures are replaced if they are as before"},
		{"keys without case", &brokenCount{key: strings.ToLower}, "keys are exact"},
		{"keys that are cut", &brokenCount{key: func(key string) string { return key[:min(len(key), 63)] }}, "keys are exact"},
		{"kept for good", &brokenCount{set: set(func(m *limit.Memory, ctx context.Context, key string, old, next limit.Failures, _ time.Duration) (bool, error) {
			return m.SetFailures(ctx, key, old, next, time.Hour)
		})}, "failures are forgotten"},
		{"not in UTC", &brokenCount{get: func(f limit.Failures) limit.Failures {
			f.Last = f.Last.In(time.FixedZone("", 3600))
			return f
		}}, "not in UTC"},
		{"each one succeeds", &brokenCount{set: set(func(m *limit.Memory, ctx context.Context, key string, old, next limit.Failures, keep time.Duration) (bool, error) {
			_, err := m.SetFailures(ctx, key, old, next, keep)
			return true, err
		})}, "one of many counts at once succeeds"},
		{"no context", &brokenCount{set: set(func(m *limit.Memory, ctx context.Context, key string, old, next limit.Failures, keep time.Duration) (bool, error) {
			return m.SetFailures(context.WithoutCancel(ctx), key, old, next, keep)
		})}, "a context that is over"},
	} {
		err := sessiontest.CheckFailures(t.Context(), func() (limit.Store, error) { return tt.store, nil })
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
