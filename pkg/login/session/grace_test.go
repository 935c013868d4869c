package session_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// A thief and the owner refresh in turn, 15 minutes apart, by the rules of Step and the
// defaults of Config. The thief is noticed after two refreshes at the latest.
func TestGraceNoticesThief(t *testing.T) {
	rec := graceRecord()
	owner, thief := uint64(0), uint64(0) // the thief copied the owner's token
	now := noon
	for refresh := 1; ; refresh++ {
		turn := &owner
		if refresh%2 == 1 {
			turn = &thief
		}
		next, outcome := session.Step(rec, graceRotation(*turn, now))
		if outcome == session.Reused {
			if refresh > 4 { // each had a turn twice
				t.Errorf("noticed after %d refreshes of the thief", (refresh+1)/2)
			}
			return
		}
		if refresh > 10 || !outcome.Granted() {
			t.Fatalf("the %d. refresh has the outcome %v", refresh, outcome)
		}
		rec, *turn = next, next.Generation
		now = now.Add(15 * time.Minute)
	}
}

// Owners lose the answers to 5 % of a day's refreshes, and one retry in three comes hours
// later. At most 0.5 % of them are thrown out in a week.
func TestGraceKeepsOwners(t *testing.T) {
	const owners = 4000
	random := rand.New(rand.NewPCG(1, 2))
	out := 0
	for range owners {
		if thrownOut(random) {
			out++
		}
	}
	t.Logf("%d of %d owners are thrown out in a week (%.2f %%)", out, owners, 100*float64(out)/owners)
	if out*1000 > owners*5 {
		t.Errorf("%d of %d owners are thrown out in a week, more than 0.5 %%", out, owners)
	}
	// The rates are those at which a grace alone throws out many: else the test is idle.
	alone := 0
	for range owners {
		if thrownOutBy(random, 0) {
			alone++
		}
	}
	if alone*100 < owners*3 {
		t.Errorf("without late retries %d of %d owners are thrown out: the simulation is too kind", alone, owners)
	}
}

func thrownOut(random *rand.Rand) bool { return thrownOutBy(random, 24*time.Hour) }

// thrownOutBy simulates one owner. One day in twenty loses one answer.
func thrownOutBy(random *rand.Rand, late time.Duration) bool {
	rec, token, now := graceRecord(), uint64(0), noon
	for range 7 {
		lost := -1
		if random.Float64() < 0.05 {
			lost = random.IntN(32)
		}
		for i := range 32 { // eight hours of work
			for attempt := 0; ; attempt++ {
				r := graceRotation(token, now)
				r.Late = late
				next, outcome := session.Step(rec, r)
				if !outcome.Granted() {
					return true
				}
				rec = next
				if i != lost || attempt > 0 {
					token = next.Generation
					break
				}
				now = now.Add(2 * time.Second) // the answer is lost, and the client tries again
				if random.IntN(3) == 0 {
					now = now.Add(2 * time.Hour)
				}
			}
			now = now.Add(15 * time.Minute)
		}
		now = now.Add(16 * time.Hour)
	}
	return false
}

func graceRecord() session.Record {
	const idle = 14 * 24 * time.Hour
	return session.Record{Subject: "ada", ID: "s", Created: noon, Rotated: noon, Idle: idle, IdleUntil: noon.Add(idle), Until: noon.Add(90 * 24 * time.Hour)}
}

func graceRotation(generation uint64, now time.Time) session.Rotation {
	return session.Rotation{Subject: "ada", ID: "s", Presented: generation, Now: now, Grace: time.Minute, Late: 24 * time.Hour}
}
