package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// keep is how many keys a service verifies with, once it has rotated that often.
const keep = 6

// generation is one signing key of a service and the tokens that are under way with it.
type generation struct {
	kid   string
	users int         // requests that must be let in; while there are any the key stays
	last  login.Token // one of its tokens, to be refused once the key is retired
}

// ring hands out the current generation and knows which key may be retired.
type ring struct {
	mu      sync.Mutex
	live    []*generation // oldest first; the last one signs
	retired *generation   // the newest of which there is a token
	made    int
}

// use returns the generation that signs and holds its key until done is called.
func (r *ring) use() (g *generation, done func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	g = r.live[len(r.live)-1]
	g.users++
	return g, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		g.users--
	}
}

// hold keeps a generation's key for one more request; false when it may be gone already.
func (r *ring) hold(g *generation) (done func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, live := range r.live {
		if live == g {
			g.users++
			return func() {
				r.mu.Lock()
				defer r.mu.Unlock()
				g.users--
			}, true
		}
	}
	return nil, false
}

// lastRetired returns the newest generation whose key is gone, or nil.
func (r *ring) lastRetired() *generation {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.retired
}

// retire removes the oldest generation if it is not in use and enough others remain.
func (r *ring) retire() *generation {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.live) <= keep || r.live[0].users > 0 {
		return nil
	}
	g := r.live[0]
	r.live = r.live[1:]
	return g
}

// rotate publishes a new key, signs with it a moment later and retires old ones, in a
// loop.
func (s *service) rotate(ctx context.Context) {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := s.rotateOnce(); err != nil {
				s.err = err
				return
			}
		}
	}
}

func (s *service) rotateOnce() error {
	next, err := s.nextKey()
	if err != nil {
		return err
	}
	if err := s.set.Publish(next.VerificationKey()); err != nil {
		return err
	}
	if err := s.set.Rotate(next); err != nil {
		return err
	}
	s.ring.mu.Lock()
	s.ring.live = append(s.ring.live, &generation{kid: next.ID()})
	s.ring.made++
	s.ring.mu.Unlock()
	g := s.ring.retire()
	if g == nil {
		return nil
	}
	if err := s.set.Retire(g.kid); err != nil {
		return err
	}
	if g.last != (login.Token{}) {
		s.ring.mu.Lock()
		s.ring.retired = g
		s.ring.mu.Unlock()
	}
	return nil
}

// nextKey makes a key of the service's next algorithm. RSA keys take too long to
// make, so that a few are used again and again, each time under another kid.
func (s *service) nextKey() (*keys.SigningKey, error) {
	algorithm := s.algorithms[s.ring.made%len(s.algorithms)]
	kid := fmt.Sprintf("%s-%d", s.name, s.ring.made)
	if algorithm == keys.RS256 {
		return s.rsa[s.ring.made%len(s.rsa)].WithID(kid)
	}
	key, err := keys.Generate(algorithm)
	if err != nil {
		return nil, err
	}
	return key.WithID(kid)
}
