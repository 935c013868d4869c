package session_test

import (
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

var noon = time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)

// Each row of the table in Classify, on both sides of each limit. The session is of
// generation 5, made at noon, for an hour without a refresh and two in all.
func TestStep(t *testing.T) {
	const grace, day = time.Minute, 24 * time.Hour
	base := session.Record{
		Subject: "ada", ID: "s", Generation: 5, Created: noon.Add(-time.Hour), Rotated: noon,
		Idle: time.Hour, IdleUntil: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour),
	}
	type change func(*session.Record)
	same := change(func(*session.Record) {})
	rotated := func(generation uint64, after, idle time.Duration) change {
		return func(r *session.Record) {
			r.Generation, r.Rotated, r.IdleUntil = generation, noon.Add(after), noon.Add(idle)
		}
	}
	ended := change(func(r *session.Record) { r.Ended = true })
	expiring := change(func(r *session.Record) { r.IdleUntil = r.Until })
	late := func(after time.Duration) change {
		return func(r *session.Record) { r.Late = noon.Add(after) }
	}
	for _, tt := range []struct {
		name      string
		before    change
		presented uint64
		after     time.Duration
		want      session.Outcome
		then      change
	}{
		{"ended, the good token", ended, 5, 0, session.Ended, ended},
		{"ended, an old token", ended, 1, 0, session.Ended, ended},
		{"ended and expired", ended, 5, 3 * time.Hour, session.Ended, ended},

		{"just before the idle end", same, 5, time.Hour - time.Millisecond, session.Rotated, rotated(6, time.Hour-time.Millisecond, 2*time.Hour-time.Millisecond)},
		{"at the idle end", same, 5, time.Hour, session.Expired, same},
		{"an old token at the idle end", same, 1, time.Hour, session.Expired, same},
		{"just before the absolute end", expiring, 5, 2*time.Hour - time.Millisecond, session.Rotated, rotated(6, 2*time.Hour-time.Millisecond, 2*time.Hour)},
		{"at the absolute end", expiring, 5, 2 * time.Hour, session.Expired, expiring},

		{"the good token", same, 5, time.Minute, session.Rotated, rotated(6, time.Minute, 61*time.Minute)},
		{"the good token, microseconds later", same, 5, time.Minute + 999*time.Microsecond, session.Rotated, rotated(6, time.Minute, 61*time.Minute)},
		{"the good token, idle past the absolute end", expiring, 5, 90 * time.Minute, session.Rotated, rotated(6, 90*time.Minute, 2*time.Hour)},
		{"a token one ahead", same, 6, time.Minute, session.Ahead, rotated(7, time.Minute, 61*time.Minute)},
		{"a token far ahead", same, 900, time.Minute, session.Ahead, rotated(901, time.Minute, 61*time.Minute)},

		{"the last token at once", same, 4, 0, session.Retried, same},
		{"the last token, by a clock that is behind", same, 4, -time.Minute, session.Retried, same},
		{"the last token just within the grace", same, 4, grace - time.Millisecond, session.Retried, same},
		{"the last token after the grace", same, 4, grace, session.Late, late(grace)},
		{"the last token, a late retry a day ago", late(10*time.Minute - day), 4, 10 * time.Minute, session.Late, late(10 * time.Minute)},
		{"the last token, a late retry less than a day ago", late(10*time.Minute - day + time.Millisecond), 4, 10 * time.Minute, session.Reused,
			func(r *session.Record) { late(10*time.Minute - day + time.Millisecond)(r); r.Ended = true }},
		{"the last token again, just within the grace of a late retry", late(time.Hour / 2), 4, time.Hour/2 + grace - time.Millisecond, session.Retried, late(time.Hour / 2)},
		{"the last token again, after the grace of a late retry", late(time.Hour / 2), 4, time.Hour/2 + grace, session.Reused,
			func(r *session.Record) { late(time.Hour / 2)(r); r.Ended = true }},
		{"the last token within the grace, after a late retry", late(-time.Minute), 4, 0, session.Retried, late(-time.Minute)},
		{"a token before the last one, within the grace", same, 3, 0, session.Reused, ended},
		{"the first token", same, 0, 0, session.Reused, ended},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec, want := base, base
			tt.before(&rec)
			tt.then(&want)
			r := session.Rotation{Subject: "ada", ID: "s", Presented: tt.presented, Now: noon.Add(tt.after), Grace: grace, Late: day}
			got, outcome := session.Step(rec, r)
			if outcome != tt.want || session.Classify(rec, r) != tt.want {
				t.Fatalf("the outcome is %v, want %v", outcome, tt.want)
			}
			if got.Generation != want.Generation || got.Rotated != want.Rotated || got.Late != want.Late ||
				got.IdleUntil != want.IdleUntil || got.Until != want.Until || got.Ended != want.Ended {
				t.Errorf("the record is\n%+v, want\n%+v", got, want)
			}
		})
	}
}

func TestStepUnknown(t *testing.T) {
	rec := session.Record{Subject: "ada", ID: "s", Rotated: noon, Idle: time.Hour, IdleUntil: noon.Add(time.Hour), Until: noon.Add(time.Hour)}
	for _, r := range []session.Rotation{
		{Subject: "bob", ID: "s", Now: noon}, {Subject: "ada", ID: "t", Now: noon}, {Subject: "ada ", ID: "s", Now: noon}, {ID: "s", Now: noon},
	} {
		if got, outcome := session.Step(rec, r); outcome != session.Unknown || got.Subject != "" || got.ID != "" {
			t.Errorf("%q %q: %v, %+v", r.Subject, r.ID, outcome, got)
		}
	}
}

// A record whose idle end is after its last one, which no store writes, ends with it.
func TestLive(t *testing.T) {
	rec := session.Record{IdleUntil: noon.Add(2 * time.Hour), Until: noon.Add(time.Hour)}
	if !rec.Live(noon.Add(time.Hour-1)) || rec.Live(noon.Add(time.Hour)) {
		t.Error("the session does not end with Until")
	}
	if rec.Ended = true; rec.Live(noon) {
		t.Error("a session that was ended lives")
	}
}

// With neither grace nor late retries, every second use is reuse.
func TestStepWithoutGrace(t *testing.T) {
	rec := session.Record{Subject: "ada", ID: "s", Generation: 1, Rotated: noon, Idle: time.Hour, IdleUntil: noon.Add(time.Hour), Until: noon.Add(time.Hour)}
	for _, after := range []time.Duration{-time.Second, 0, time.Millisecond} {
		r := session.Rotation{Subject: "ada", ID: "s", Now: noon.Add(after)}
		if outcome := session.Classify(rec, r); outcome != session.Reused {
			t.Errorf("%v: %v, want reused", after, outcome)
		}
	}
}

func TestOutcome(t *testing.T) {
	for _, tt := range []struct {
		outcome session.Outcome
		text    string
		granted bool
	}{
		{session.Unknown, "unknown", false},
		{session.Ended, "ended", false},
		{session.Expired, "expired", false},
		{session.Reused, "reused", false},
		{session.Rotated, "rotated", true},
		{session.Ahead, "ahead", true},
		{session.Retried, "retried", true},
		{session.Late, "late", true},
		{session.Late + 1, "Outcome(8)", false},
	} {
		if tt.outcome.String() != tt.text || tt.outcome.Granted() != tt.granted {
			t.Errorf("%v: granted %v, want %q and %v", tt.outcome, tt.outcome.Granted(), tt.text, tt.granted)
		}
	}
}
