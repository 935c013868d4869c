package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login/limit"
	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/sessiontest"
)

// server does in Go what the scripts do in Lua, which scripts/stores tests on real
// servers. It shows that the Go around them asks and reads right.
type server struct {
	mu     sync.Mutex
	hashes map[string]map[string]string
	stream []any // entries as XRANGE returns them
	evals  []string
}

func (s *server) Eval(ctx context.Context, script string, keys, args []string) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hashes == nil {
		s.hashes = make(map[string]map[string]string)
	}
	s.evals = append(s.evals, script)
	hash := s.hashes[keys[0]]
	switch script {
	case createScript:
		return s.create(keys[0], args)
	case rotateScript:
		return rotate(hash, args)
	case getScript:
		if value, ok := hash[args[0]]; ok {
			return []any{value}, nil
		}
		return []any{}, nil
	case listScript:
		list := []any{}
		for id, value := range hash {
			list = append(list, id, value)
		}
		return list, nil
	case endScript:
		return end(hash, args)
	case noteScript:
		return s.note(args)
	case sinceScript:
		return s.since(args)
	case failuresScript:
		if hash == nil {
			return []any{}, nil
		}
		return []any{hash[""]}, nil
	case setFailuresScript:
		return s.setFailures(keys[0], args)
	}
	return nil, errors.New("NOSCRIPT")
}

func (s *server) create(key string, args []string) (any, error) {
	if s.hashes[key] == nil {
		s.hashes[key] = make(map[string]string)
	}
	if _, there := s.hashes[key][args[0]]; there {
		return int64(0), nil
	}
	s.hashes[key][args[0]] = args[1]
	return int64(1), nil
}

func (s *server) setFailures(key string, args []string) (any, error) {
	if s.hashes[key][""] != args[0] {
		return int64(0), nil
	}
	delete(s.hashes, key)
	if args[1] != "" {
		s.hashes[key] = map[string]string{"": args[1]}
		keep, err := strconv.Atoi(args[2])
		if err != nil {
			return nil, err
		}
		time.AfterFunc(time.Duration(keep)*time.Millisecond, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.hashes, key)
		})
	}
	return int64(1), nil
}

func rotate(hash map[string]string, args []string) (any, error) {
	value, ok := hash[args[0]]
	if !ok {
		return []any{"unknown", ""}, nil
	}
	rec, err := decode("subject", args[0], value)
	if err != nil {
		return nil, err
	}
	n := func(i int) int64 { n, _ := strconv.ParseInt(args[i], 10, 64); return n }
	r := session.Rotation{
		Subject: "subject", ID: args[0], Presented: uint64(n(1)), Now: time.UnixMilli(n(2)),
		Grace: time.Duration(n(3)) * time.Millisecond, Late: time.Duration(n(4)) * time.Millisecond,
	}
	next, outcome := session.Step(rec, r)
	if outcome == session.Rotated || outcome == session.Ahead || outcome == session.Late {
		value, _ = encode(&next)
		hash[args[0]] = value
	}
	return []any{outcome.String(), value}, nil
}

func end(hash map[string]string, ids []string) (any, error) {
	ended := []any{}
	for _, id := range ids {
		parts := strings.SplitN(hash[id], " ", 9)
		if len(parts) != 9 || parts[7] != "0" {
			continue
		}
		parts[7] = "1"
		hash[id] = strings.Join(parts, " ")
		ended = append(ended, id)
	}
	return ended, nil
}

func (s *server) note(args []string) (any, error) {
	for i := 1; i < len(args); i += 5 {
		place := fmt.Sprintf("%d-%d", time.Now().UnixMilli(), len(s.stream))
		s.stream = append(s.stream, []any{place, []any{"kind", args[i], "issuer", args[i+1], "id", args[i+2], "before", args[i+3], "until", args[i+4]}})
	}
	return int64(1), nil
}

func (s *server) since(args []string) (any, error) {
	after, exclusive := strings.CutPrefix(args[0], "(")
	ms, seq, _ := strings.Cut(after, "-")
	first, _ := strconv.ParseInt(ms, 10, 64)
	number, _ := strconv.Atoi(seq)
	most, _ := strconv.Atoi(args[1])
	list := []any{}
	for i, entry := range s.stream {
		at, _, _ := strings.Cut(entry.([]any)[0].(string), "-")
		if n, _ := strconv.ParseInt(at, 10, 64); n < first || exclusive && i <= number || len(list) == most {
			continue
		}
		list = append(list, entry)
	}
	return []any{strconv.FormatInt(time.Now().UnixMilli(), 10), list}, nil
}

func TestStore(t *testing.T) {
	s := &server{}
	open := func() (session.Store, error) { return New(s, Config{}) }
	if err := sessiontest.CheckStore(t.Context(), open); err != nil {
		t.Error(err)
	}
}

func TestFailures(t *testing.T) {
	server := &server{}
	open := func() (limit.Store, error) { return New(server, Config{}) }
	if err := sessiontest.CheckFailures(t.Context(), open); err != nil {
		t.Error(err)
	}
	s, err := New(server, Config{Prefix: "app:"})
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range []string{"", "1", "x 1", "1 x"} {
		server.hashes["app:f:k"] = map[string]string{"": damaged}
		if f, err := s.Failures(t.Context(), "k"); !errors.Is(err, errDamaged) || !f.IsZero() {
			t.Errorf("the value %q is read as %v, %v", damaged, f, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, f := range map[string]func() (*Store, error){
		"no client":          func() (*Store, error) { return New(nil, Config{}) },
		"a negative timeout": func() (*Store, error) { return New(&server{}, Config{Timeout: -1}) },
		"a negative time":    func() (*Store, error) { return New(&server{}, Config{Keep: -1}) },
	} {
		if s, err := f(); s != nil || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A session is in the log before it has ended, each way there is to end it.
func TestNoteFirst(t *testing.T) {
	now := time.Now()
	for name, finish := range map[string]func(*Store) error{
		"End":    func(s *Store) error { _, err := s.End(t.Context(), "ada", "s"); return err },
		"EndAll": func(s *Store) error { _, err := s.EndAll(t.Context(), "ada", ""); return err },
		"Rotate": func(s *Store) error {
			r := session.Rotation{Subject: "ada", ID: "s", Now: now}
			if _, outcome, err := s.Rotate(t.Context(), r); outcome != session.Rotated {
				return fmt.Errorf("%v, %w", outcome, err)
			}
			_, outcome, err := s.Rotate(t.Context(), r)
			if outcome != session.Reused {
				return fmt.Errorf("%v, %w", outcome, err)
			}
			return err
		},
	} {
		client := &server{}
		s, err := New(client, Config{})
		if err != nil {
			t.Fatal(err)
		}
		rec := session.Record{Subject: "ada", ID: "s", Created: now, Rotated: now, Idle: time.Hour, IdleUntil: now.Add(time.Hour), Until: now.Add(time.Hour)}
		if err := errors.Join(s.Create(t.Context(), rec, now), finish(s)); err != nil {
			t.Fatal(name, err)
		}
		if n := len(client.evals); client.evals[n-2] != noteScript || client.evals[n-1] != endScript {
			t.Errorf("%s: the last two scripts are not those that note and end", name)
		}
	}
}

// answers is a client with one answer.
type answers struct {
	result any
	err    error
}

func (a answers) Eval(context.Context, string, []string, []string) (any, error) {
	return a.result, a.err
}

// An answer that no script gives is an error, and claims nothing.
func TestOddAnswers(t *testing.T) {
	for name, client := range map[string]answers{
		"nothing":                   {},
		"a number":                  {result: int64(7)},
		"a list of numbers":         {result: []any{int64(1), int64(2)}},
		"an unknown outcome":        {result: []any{"maybe", "{}"}},
		"an odd list":               {result: []any{"rotated"}},
		"a value without numbers":   {result: []any{"rotated", "{}"}},
		"a value with a text":       {result: []any{"rotated", "0 0 0 0 0 x 0 0 {}"}},
		"a value that is not JSON":  {result: []any{"rotated", "0 0 0 0 0 0 0 0 {"}},
		"a clock and no list":       {result: []any{"1767268800000", "x"}},
		"an entry that is a text":   {result: []any{"1767268800000", []any{"x"}}},
		"an entry without fields":   {result: []any{"1767268800000", []any{[]any{"1-1", int64(1)}}}},
		"an entry with odd numbers": {result: []any{"1767268800000", []any{[]any{"1-1", []any{"kind", "x"}}}}},
		"an error":                  {err: errors.New("connection refused")},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := New(client, Config{})
			if err != nil {
				t.Fatal(err)
			}
			err = sessiontest.CheckDown(t.Context(), s, time.Minute)
			// Note reads nothing of the answer, so only an error is one for it.
			if err != nil && (client.err != nil || !strings.HasSuffix(err.Error(), "Note of a store that is down: it succeeds")) {
				t.Error(err)
			}
		})
	}
}

func TestNoteRefusesLong(t *testing.T) {
	s, err := New(&server{}, Config{Keep: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	r := session.Revocation{Kind: session.RevokedToken, ID: "a", Until: time.Now().Add(2 * time.Hour)}
	if err := s.Note(t.Context(), r); err == nil || !strings.Contains(err.Error(), "Config.Keep") {
		t.Errorf("an entry that is to be kept longer than the log keeps it: %v", err)
	}
}

func TestKeys(t *testing.T) {
	s, err := New(&server{}, Config{Prefix: "app:"})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.sessionsKey("ada"); got != "app:s:_e5DDUC9V97qwYbNl5ADPQ8G-QmogG585ucXq3x9UCk" {
		t.Errorf("the key of a subject is %q", got)
	}
	if strings.ContainsAny(s.sessionsKey("{x}"), "{}") {
		t.Error("a subject chooses the slot")
	}
	if s.Channel() != "app:log" {
		t.Errorf("the channel is %q", s.Channel())
	}
}
