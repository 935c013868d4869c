package remoteset

import (
	"context"
	"sync"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
)

// source is the keys of a set. If they came from the cache, a token with an unknown key
// makes it read the set once more: the issuer may have rotated since.
type source struct {
	env   *terminal.Env
	at    Address
	parse func(*Set) (keys.Source, error)

	mu       sync.Mutex
	snapshot *keys.Snapshot
	cached   bool
	err      error // of the second read
}

var _ jwks.Remote = (*source)(nil)

// Open reads the set at an address, and returns the keys that parse makes of it.
func Open(ctx context.Context, env *terminal.Env, at Address, noCache bool, parse func(*Set) (keys.Source, error)) (keys.Source, error) {
	set, err := Read(ctx, env, at, noCache)
	if err != nil {
		return nil, err
	}
	found, err := parse(set)
	if err != nil && set.Cached {
		// The key that the flags name may be newer than the cache.
		if set, err = Renew(ctx, env, at); err != nil {
			return nil, err
		}
		found, err = parse(set)
	}
	if err != nil {
		return nil, err
	}
	return &source{env: env, at: at, parse: parse, snapshot: found.Snapshot(), cached: set.Cached}, nil
}

// Snapshot implements [keys.Source].
func (s *source) Snapshot() *keys.Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snapshot
}

// Current implements [jwks.Remote].
func (s *source) Current(context.Context) (*keys.Snapshot, error) { return s.Snapshot(), nil }

// Refresh implements [jwks.Remote]. It reads the set at most once in the life of s.
func (s *source) Refresh(ctx context.Context, _ *keys.Snapshot) (*keys.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.cached {
		return s.snapshot, s.err
	}
	s.cached = false
	found, err := s.again(ctx)
	if err != nil {
		s.err = err
		return nil, err
	}
	s.snapshot = found.Snapshot()
	return s.snapshot, nil
}

func (s *source) again(ctx context.Context) (keys.Source, error) {
	set, err := Renew(ctx, s.env, s.at)
	if err != nil {
		return nil, err
	}
	return s.parse(set)
}
