package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// Rotate implements [session.Store].
func (s *Store) Rotate(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error) {
	if err := r.Validate(); err != nil {
		return session.Record{}, session.Unknown, err
	}
	rec, outcome, err := s.rotate(ctx, r)
	if err == nil && outcome == session.Reused {
		rec, outcome, err = s.endReused(ctx, rec)
	}
	if err != nil {
		return session.Record{}, session.Unknown, err
	}
	return rec, outcome, nil
}

func (s *Store) rotate(ctx context.Context, r session.Rotation) (session.Record, session.Outcome, error) {
	const call = "rotating a session"
	result, err := s.eval(ctx, call, rotateScript, s.sessionsKey(r.Subject),
		r.ID, strconv.FormatUint(r.Presented, 10), millis(r.Now), number(r.Grace.Milliseconds()), number(r.Late.Milliseconds()),
		strconv.FormatUint(r.Presented+1, 10))
	if err != nil {
		return session.Record{}, session.Unknown, err
	}
	answer, err := texts(result)
	if err != nil || len(answer) != 2 {
		return session.Record{}, session.Unknown, fmt.Errorf("%s in Redis: %w", call, errAnswer)
	}
	outcome, ok := outcomes[answer[0]]
	if !ok {
		return session.Record{}, session.Unknown, fmt.Errorf("%s in Redis: %w", call, errAnswer)
	}
	if outcome == session.Unknown {
		return session.Record{}, session.Unknown, nil
	}
	rec, err := decode(r.Subject, r.ID, answer[1])
	return rec, outcome, err
}

// outcomes has the words of rotateScript. It is read only.
var outcomes = func() map[string]session.Outcome {
	m := make(map[string]session.Outcome)
	for outcome := session.Unknown; outcome <= session.Late; outcome++ {
		m[outcome.String()] = outcome
	}
	return m
}()

// endReused ends a session whose token was reused. Reuse is final, so it does not
// matter that the session may change meanwhile. One of several calls reports it.
func (s *Store) endReused(ctx context.Context, rec session.Record) (session.Record, session.Outcome, error) {
	ended, err := s.noteAndEnd(ctx, rec.Subject, []string{rec.ID})
	rec.Ended = true
	if len(ended) == 0 {
		return rec, session.Ended, err
	}
	return rec, session.Reused, err
}

// End implements [session.Store].
func (s *Store) End(ctx context.Context, subject, id string) (bool, error) {
	// Without a look, a subject could have the session of another one noted.
	rec, found, err := s.get(ctx, "ending a session", subject, id)
	if err != nil || !found || rec.Ended {
		return false, err
	}
	ended, err := s.noteAndEnd(ctx, subject, []string{id})
	return len(ended) == 1, err
}

// EndAll implements [session.Store]. It ends the sessions that there are when it
// begins.
func (s *Store) EndAll(ctx context.Context, subject, except string) ([]string, error) {
	all, err := s.records(ctx, "ending all sessions", subject)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, rec := range all {
		if !rec.Ended && rec.ID != except {
			ids = append(ids, rec.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return s.noteAndEnd(ctx, subject, ids)
}

// noteAndEnd enters sessions in the log and ends them, in this order: a crash in
// between must not leave access tokens of an ended session in use.
func (s *Store) noteAndEnd(ctx context.Context, subject string, ids []string) ([]string, error) {
	var entries []session.Revocation
	until := time.Now().Add(s.config.Keep)
	for _, id := range ids {
		entries = append(entries, session.Revocation{Kind: session.RevokedSession, ID: id, Until: until})
	}
	if err := s.Note(ctx, entries...); err != nil {
		return nil, err
	}
	const call = "ending sessions"
	result, err := s.eval(ctx, call, endScript, s.sessionsKey(subject), ids...)
	if err != nil {
		return nil, err
	}
	ended, err := texts(result)
	if err != nil {
		return nil, fmt.Errorf("%s in Redis: %w", call, err)
	}
	return ended, nil
}
