package redisstore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// page is how many entries one script reads or writes: the server does nothing else
// meanwhile.
const page = 500

// Note implements [session.Log]. The log keeps entries for Config.Keep: one that is
// to be kept longer is an error.
func (s *Store) Note(ctx context.Context, list ...session.Revocation) error {
	latest := time.Now().Add(s.config.Keep + time.Minute)
	for i := range list {
		if err := list[i].Validate(); err != nil {
			return err
		}
		if list[i].Until.After(latest) {
			return fmt.Errorf("a revocation is to be kept until %v, after Config.Keep (%v): configure a longer time", list[i].Until, s.config.Keep)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for part := range slices.Chunk(list, page) {
		args := []string{number(s.config.Keep.Milliseconds() + time.Minute.Milliseconds())}
		for _, r := range part {
			args = append(args, number(int64(r.Kind)), r.Issuer, r.ID, millis(r.Before), millis(r.Until))
		}
		if _, err := s.eval(ctx, "noting revocations", noteScript, s.logKey(), args...); err != nil {
			return err
		}
	}
	return nil
}

// Since implements [session.Log].
func (s *Store) Since(ctx context.Context, since time.Time) (list []session.Revocation, clock time.Time, err error) {
	const call = "reading revocations"
	from := millis(since)
	for {
		result, err := s.eval(ctx, call, sinceScript, s.logKey(), from, number(page))
		if err != nil {
			return nil, time.Time{}, err
		}
		now, entries, err := parsePage(result)
		if err != nil {
			return nil, time.Time{}, fmt.Errorf("%s in Redis: %w", call, err)
		}
		// The first page has the clock from before all were read.
		if clock.IsZero() {
			clock = now
		}
		for _, e := range entries {
			list = append(list, e.Revocation)
		}
		if len(entries) < page {
			return list, clock, nil
		}
		from = "(" + entries[len(entries)-1].place
	}
}

// logEntry is an entry and its place in the stream.
type logEntry struct {
	session.Revocation
	place string
}

// parsePage reads the result of sinceScript: the clock, and a list of pairs of a place
// and a list of names and values.
func parsePage(result any) (clock time.Time, entries []logEntry, err error) {
	parts, _ := result.([]any)
	if len(parts) != 2 {
		return time.Time{}, nil, errAnswer
	}
	now, _ := parts[0].(string)
	if clock, err = atText(now); err != nil {
		return time.Time{}, nil, errAnswer
	}
	list, ok := parts[1].([]any)
	if !ok {
		return time.Time{}, nil, errAnswer
	}
	for _, item := range list {
		e, err := parseEntry(item)
		if err != nil {
			return time.Time{}, nil, err
		}
		entries = append(entries, e)
	}
	return clock, entries, nil
}

func parseEntry(item any) (logEntry, error) {
	pair, _ := item.([]any)
	if len(pair) != 2 {
		return logEntry{}, errAnswer
	}
	place, ok := pair[0].(string)
	fields, err := texts(pair[1])
	if !ok || err != nil || len(fields)%2 != 0 {
		return logEntry{}, errAnswer
	}
	values := make(map[string]string)
	for i := 0; i < len(fields); i += 2 {
		values[fields[i]] = fields[i+1]
	}
	kind, err1 := strconv.ParseUint(values["kind"], 10, 8)
	before, err2 := atText(values["before"])
	until, err3 := atText(values["until"])
	if err1 != nil || err2 != nil || err3 != nil {
		return logEntry{}, errAnswer
	}
	r := session.Revocation{Kind: session.RevocationKind(kind), Issuer: values["issuer"], ID: values["id"], Before: before, Until: until}
	return logEntry{r, place}, nil
}
