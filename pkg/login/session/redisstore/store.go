package redisstore

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// Client evaluates Lua scripts: EVAL, or EVALSHA with EVAL if the server does not
// have the script yet.
//
// The result is an int64, a string, or a []any of these. A client that repeats calls
// by itself when the connection breaks is fine if rotations have a grace: the second
// run of a rotation is a retry.
type Client interface {
	Eval(ctx context.Context, script string, keys, args []string) (any, error)
}

const defaultPrefix = "login:"

// Config configures a [Store].
type Config struct {
	// Prefix begins the name of each key. If empty, it is "login:".
	Prefix string
	// Timeout limits each call, beside the context of the caller. If zero, it is 5
	// seconds.
	Timeout time.Duration
	// Keep is how long a session stays in the store after its Until, and an entry
	// in the log. It must be longer than an access token lives. If zero, it is
	// session.DefaultKeep.
	Keep time.Duration
}

// Store is a [session.Store] in Redis. It is safe for concurrent use, by any number
// of processes.
type Store struct {
	client Client
	config Config
}

var _ session.Store = (*Store)(nil)

// New returns a store. It does no I/O.
func New(client Client, c Config) (*Store, error) {
	if client == nil {
		return nil, errors.New("a session store has a client: give one for Redis")
	}
	if c.Timeout < 0 || c.Keep < 0 {
		return nil, errors.New("Config.Timeout and Config.Keep are not negative: give zero for the default")
	}
	if c.Prefix == "" {
		c.Prefix = defaultPrefix
	}
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	if c.Keep == 0 {
		c.Keep = session.DefaultKeep
	}
	return &Store{client, c}, nil
}

// eval runs a script, and names the call in its error.
func (s *Store) eval(ctx context.Context, call, script, key string, args ...string) (any, error) {
	// Some clients look at the context only when they wait.
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s in Redis: %w", call, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	result, err := s.client.Eval(ctx, script, []string{key}, args)
	if err != nil {
		return nil, fmt.Errorf("%s in Redis: %w", call, err)
	}
	return result, nil
}

// sessionsKey is the hash of a subject's sessions. Subjects are arbitrary bytes, and
// a brace in them would choose the slot of a cluster.
func (s *Store) sessionsKey(subject string) string {
	sum := sha256.Sum256([]byte(subject))
	return s.config.Prefix + "s:" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// Channel returns the name of the channel on which each Note and each end of a session
// publishes an empty message. A subscription is a wake-up for [session.Feed.Run].
func (s *Store) Channel() string { return s.logKey() }

func (s *Store) logKey() string { return s.config.Prefix + "log" }

// Create implements [session.Store].
func (s *Store) Create(ctx context.Context, rec session.Record, now time.Time) error {
	if err := rec.Validate(); err != nil {
		return err
	}
	value, err := encode(&rec)
	if err != nil {
		return err
	}
	life := rec.Until.Sub(now) + s.config.Keep
	made, err := s.eval(ctx, "creating a session", createScript, s.sessionsKey(rec.Subject),
		rec.ID, value, millis(now.Add(-s.config.Keep)), number(max(life, s.config.Keep).Milliseconds()))
	if err != nil {
		return err
	}
	if made != int64(1) {
		return session.ErrExists
	}
	return nil
}

// Get implements [session.Store].
func (s *Store) Get(ctx context.Context, subject, id string) (session.Record, bool, error) {
	return s.get(ctx, "reading a session", subject, id)
}

func (s *Store) get(ctx context.Context, call, subject, id string) (session.Record, bool, error) {
	result, err := s.eval(ctx, call, getScript, s.sessionsKey(subject), id)
	if err != nil {
		return session.Record{}, false, err
	}
	found, err := texts(result)
	if err != nil {
		return session.Record{}, false, fmt.Errorf("%s in Redis: %w", call, err)
	}
	if len(found) == 0 {
		return session.Record{}, false, nil
	}
	rec, err := decode(subject, id, found[0])
	if err != nil {
		return session.Record{}, false, fmt.Errorf("%s in Redis: %w", call, err)
	}
	return rec, true, nil
}

// List implements [session.Store].
func (s *Store) List(ctx context.Context, subject string, now time.Time) ([]session.Record, error) {
	all, err := s.records(ctx, "listing sessions", subject)
	if err != nil {
		return nil, err
	}
	var list []session.Record
	for _, rec := range all {
		if rec.Live(now) {
			list = append(list, rec)
		}
	}
	return list, nil
}

// records returns all sessions of a subject that are in the store.
func (s *Store) records(ctx context.Context, call, subject string) ([]session.Record, error) {
	result, err := s.eval(ctx, call, listScript, s.sessionsKey(subject))
	if err != nil {
		return nil, err
	}
	fields, err := texts(result)
	if err != nil || len(fields)%2 != 0 {
		return nil, fmt.Errorf("%s in Redis: %w", call, errAnswer)
	}
	var list []session.Record
	for i := 0; i < len(fields); i += 2 {
		rec, err := decode(subject, fields[i], fields[i+1])
		if err != nil {
			return nil, fmt.Errorf("%s in Redis: %w", call, err)
		}
		list = append(list, rec)
	}
	return list, nil
}

// errAnswer means that a script returned something else than its result.
var errAnswer = errors.New("the answer is not one of the script: check that Client.Eval returns int64, string and []any")

// texts returns a result that is a list of strings.
func texts(result any) ([]string, error) {
	list, ok := result.([]any)
	if !ok {
		return nil, errAnswer
	}
	out := make([]string, len(list))
	for i, item := range list {
		if out[i], ok = item.(string); !ok {
			return nil, errAnswer
		}
	}
	return out, nil
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// millis returns a time as scripts have it: 0 is the zero time.
func millis(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return number(t.UnixMilli())
}
