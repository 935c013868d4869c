package sessiontest

import (
	"context"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// CheckDown checks a store whose server does not answer: that each call returns an
// error within the time given, and claims nothing else.
func CheckDown(ctx context.Context, store session.Store, within time.Duration) error {
	c := newStoreCheck(ctx)
	c.store = store
	rec := c.record()
	r := c.rotation(rec, 0, 0)
	for _, call := range []struct {
		name string
		make func() (claim bool, err error)
	}{
		{"Create", func() (bool, error) { return false, store.Create(ctx, rec, c.now) }},
		{"Rotate", func() (bool, error) {
			got, outcome, err := store.Rotate(ctx, r)
			return outcome != session.Unknown || got.ID != "", err
		}},
		{"End", func() (bool, error) { return store.End(ctx, rec.Subject, rec.ID) }},
		{"EndAll", func() (bool, error) {
			ended, err := store.EndAll(ctx, rec.Subject, "")
			return len(ended) > 0, err
		}},
		{"Get", func() (bool, error) {
			got, found, err := store.Get(ctx, rec.Subject, rec.ID)
			return found || got.ID != "", err
		}},
		{"List", func() (bool, error) {
			list, err := store.List(ctx, rec.Subject, c.now)
			return len(list) > 0, err
		}},
		{"Note", func() (bool, error) {
			return false, store.Note(ctx, session.Revocation{Kind: session.RevokedToken, ID: rec.ID, Until: c.now.Add(time.Hour)})
		}},
		{"Since", func() (bool, error) {
			list, clock, err := store.Since(ctx, time.Time{})
			return len(list) > 0 || !clock.IsZero(), err
		}},
	} {
		c.run(fmt.Sprintf("%s of a store that is down", call.name), func() {
			began := time.Now()
			claim, err := call.make()
			switch took := time.Since(began); {
			case err == nil:
				c.failf("it succeeds")
			case claim:
				c.failf("it returns a result beside the error")
			case took > within:
				c.failf("the error comes after %v, want at most %v", took.Round(time.Millisecond), within)
			}
		})
	}
	return c.err(ctx)
}
