package sessiontest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// Promises about calls at once.

// racers is how many calls meet each other.
const racers = 64

// CheckRaces checks how a store answers many rotations of one session at once, and
// logins and ends among them, rounds times each. [CheckStore] includes a few rounds.
func CheckRaces(ctx context.Context, open func() (session.Store, error), rounds int) error {
	c := newStoreCheck(ctx)
	c.rounds = rounds
	c.run("opening the store", func() { c.store, c.other = opened(&c.report, open), opened(&c.report, open) })
	if c.store == nil || c.other == nil {
		return c.err(ctx)
	}
	c.run("rotations at once", c.checkRaces)
	c.run("an end amid refreshes", c.checkEndAmid)
	return c.err(ctx)
}

// tally counts outcomes.
type tally map[session.Outcome]int

func (t tally) String() string {
	var parts []string
	for outcome := range session.Late + 1 {
		if n := t[outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n, outcome))
		}
	}
	return strings.Join(parts, ", ")
}

// race makes the same rotation many times at once, half of it through each handle.
func (c *storeCheck) race(r session.Rotation) tally {
	var (
		mu    sync.Mutex
		all   sync.WaitGroup
		count = tally{}
		start = make(chan struct{})
	)
	for i := range racers {
		store := []session.Store{c.store, c.other}[i%2]
		all.Go(func() {
			<-start
			_, outcome, err := store.Rotate(c.ctx, r)
			if err != nil {
				c.failf("Rotate: %w", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			count[outcome]++
		})
	}
	close(start)
	all.Wait()
	return count
}

func (c *storeCheck) checkRaces() {
	for round := range c.rounds {
		for _, race := range []struct {
			name           string
			presented      uint64
			grace, late    time.Duration
			before         bool // an earlier rotation made the presented token the last but one
			winner, others session.Outcome
			loser          session.Outcome // at most one of them
		}{
			{"with a grace", 0, grace, 0, false, session.Rotated, session.Retried, session.Retried},
			{"without a grace", 0, 0, 0, false, session.Rotated, session.Ended, session.Reused},
			{"ahead of the record", 7, grace, 0, false, session.Ahead, session.Retried, session.Retried},
			{"late", 0, grace, time.Hour, true, session.Late, session.Retried, session.Retried},
			{"late without a grace", 0, 0, time.Hour, true, session.Late, session.Ended, session.Reused},
		} {
			rec := c.session()
			if race.before {
				c.rotate("the first token", c.rotation(rec, 0, 0), session.Rotated)
			}
			r := c.rotation(rec, race.presented, time.Minute)
			r.Grace, r.Late = race.grace, race.late
			n := c.race(r)
			losers := 0
			if race.loser != race.others {
				losers = 1
			}
			if n[race.winner] != 1 || n[race.others] != racers-1-losers || losers > 0 && n[race.loser] != 1 {
				c.failf("%s: %d rotations at once had the outcomes %v", race.name, racers, n)
				c.failf("first seen in round %d", round+1)
			}
		}
	}
}

// A refresh that is under way must not undo an end.
func (c *storeCheck) checkEndAmid() {
	for range c.rounds {
		rec := c.session()
		r := c.rotation(rec, 0, 0)
		r.Grace = time.Hour
		var all sync.WaitGroup
		for i := range racers {
			all.Go(func() {
				if i == racers/2 {
					if ended, err := c.other.End(c.ctx, rec.Subject, rec.ID); err != nil {
						c.failf("End: %w", err)
					} else if !ended {
						c.failf("End ends nothing")
					}
					return
				}
				if _, outcome, err := c.store.Rotate(c.ctx, r); err != nil {
					c.failf("Rotate: %w", err)
				} else if outcome != session.Rotated && outcome != session.Retried && outcome != session.Ended {
					c.failf("a refresh has the outcome %v", outcome)
				}
			})
		}
		all.Wait()
		for _, generation := range []uint64{1, 9} {
			c.rotate("a refresh after the end", c.rotation(rec, generation, 0), session.Ended)
		}
	}
}

func (c *storeCheck) checkLogins() {
	subject := "logins-" + c.name
	var all sync.WaitGroup
	for i := range racers {
		rec := c.record()
		rec.Subject = subject
		store := []session.Store{c.store, c.other}[i%2]
		all.Go(func() {
			if err := store.Create(c.ctx, rec, c.now); err != nil {
				c.failf("Create: %w", err)
			}
		})
	}
	all.Wait()
	if n := len(c.list(c.store, subject, c.now)); n != racers {
		c.failf("%d of %d sessions are listed", n, racers)
	}
	ended := c.endAll(subject, "")
	slices.Sort(ended)
	if n := len(slices.Compact(ended)); n != racers {
		c.failf("%d of %d sessions are ended", n, racers)
	}
	if n := len(c.list(c.other, subject, c.now)); n != 0 {
		c.failf("%d sessions are listed after EndAll", n)
	}
}
