package jwks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/internal/outbound"
	"github.com/loginctl/loginctl/pkg/keys"
)

// Client has the keys of one issuer. It implements [Remote] and is safe for
// concurrent use.
type Client struct {
	fetcher *fetcher
	state   atomic.Pointer[state]

	mu     sync.Mutex
	flight *flight   // the read under way, or nil
	paid   time.Time // until when reads for unknown kids are paid; see mayAsk
}

var _ Remote = (*Client)(nil)

// New returns a client for the keys of one issuer. It does no I/O: the error is
// about config.
func New(config Config) (*Client, error) {
	f, err := newFetcher(config)
	if err != nil {
		return nil, fmt.Errorf("making a client for key sets: %w", err)
	}
	c := &Client{fetcher: f}
	c.state.Store(&state{snapshot: noKeys})
	return c, nil
}

// Snapshot returns the keys that were read last, whether or not they are still
// trusted. Before the first read the snapshot is empty. Verifiers use [Client.Current].
func (c *Client) Snapshot() *keys.Snapshot {
	s := c.load()
	if s == nil {
		return noKeys
	}
	return s.snapshot
}

// errNoClient is the error of a Client that New did not make.
var errNoClient = errors.New("the client was not made by New")

// load returns the state, nil if New did not make c.
func (c *Client) load() *state {
	if c == nil {
		return nil
	}
	return c.state.Load()
}

// Current implements [Remote]. Without anything to do it costs two atomic
// loads: no lock and no clock.
func (c *Client) Current(ctx context.Context) (*keys.Snapshot, error) {
	s := c.load()
	if s == nil {
		return nil, errNoClient
	}
	if s.snapshot != noKeys && !s.due.Load() {
		return s.snapshot, nil
	}
	return c.renew(ctx, s)
}

// renew reads the set. The caller waits for it unless the old keys may be used.
func (c *Client) renew(ctx context.Context, s *state) (*keys.Snapshot, error) {
	now := time.Now()
	if s.usable(now) {
		// The first caller that notices starts the read.
		if s.due.CompareAndSwap(true, false) {
			c.start(s)
		}
		return s.snapshot, nil
	}
	if now.Before(s.retryAt) {
		return nil, s.err
	}
	s, err := c.wait(ctx)
	if err != nil {
		return nil, err
	}
	if s.err != nil && !s.usable(time.Now()) {
		return nil, s.err
	}
	return s.snapshot, nil
}

// Refresh implements [Remote].
func (c *Client) Refresh(ctx context.Context, have *keys.Snapshot) (*keys.Snapshot, error) {
	s := c.load()
	if s == nil {
		return nil, errNoClient
	}
	if s.snapshot != have && s.snapshot != noKeys {
		return s.snapshot, nil
	}
	if now := time.Now(); now.Before(s.retryAt) || !c.mayAsk(now) {
		return s.answer()
	}
	s, err := c.wait(ctx)
	if err != nil {
		return nil, err
	}
	return s.answer()
}

// Unknown kids may cause askBurst reads in a row, and then one each askEvery.
const (
	askBurst = 4
	askEvery = 10 * time.Second
)

// mayAsk reports whether the set may be read for an unknown kid. Each such read is
// paid with askEvery, at most askBurst of them in advance. Other reads cost nothing,
// or a rotation right after one would refuse good tokens. Nor does joining a read
// that is under way.
func (c *Client) mayAsk(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flight != nil {
		return true
	}
	paid := c.paid
	if paid.Before(now) {
		paid = now
	}
	if paid.Sub(now) > (askBurst-1)*askEvery {
		return false
	}
	c.paid = paid.Add(askEvery)
	return true
}

// flight is a read under way. state may be read when done is closed.
type flight struct {
	done  chan struct{}
	state *state
}

// start begins a read beside the caller, unless the state has changed since s.
func (c *Client) start(s *state) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.Load() == s {
		c.join()
	}
}

// wait joins or begins a read, and returns its result. The read goes on if ctx ends.
func (c *Client) wait(ctx context.Context) (*state, error) {
	c.mu.Lock()
	f := c.join()
	c.mu.Unlock()
	select {
	case <-f.done:
		return f.state, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for a key set: %w", context.Cause(ctx))
	}
}

// join returns the read under way, or begins one. c.mu is held.
func (c *Client) join() *flight {
	if c.flight == nil {
		c.flight = &flight{done: make(chan struct{})}
		go c.fly(c.flight)
	}
	return c.flight
}

// fly reads the set and lands f.
func (c *Client) fly(f *flight) {
	old, begin := c.state.Load(), time.Now()
	// Not the context of a caller: others wait too.
	read, err := c.fetcher.read(context.Background(), old.reading)
	now := time.Now()
	if err != nil {
		f.state = old.failed(err, now, c.fetcher.config.Stale)
	} else {
		f.state = old.succeeded(read, now, c.fetcher.config.Stale)
	}
	c.mu.Lock()
	c.state.Store(f.state)
	c.flight = nil
	c.mu.Unlock()
	close(f.done)
	if report := c.fetcher.config.OnEvent; report != nil {
		report(newEvent(c.fetcher, old, f.state, now.Sub(begin)))
	}
}

func newEvent(f *fetcher, old, now *state, took time.Duration) Event {
	e := Event{
		URL: outbound.Display(now.address(f)), Changed: now.snapshot != old.snapshot,
		Keys: len(now.snapshot.VerificationKeys()), Duration: took, Err: now.err,
	}
	if now.set != nil {
		e.Skipped = now.set.Skipped()
	}
	return e
}
