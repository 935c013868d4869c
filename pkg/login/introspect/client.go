package introspect

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/internal/outbound"
	"github.com/loginctl/loginctl/pkg/login"
)

// Client asks one issuer about tokens. It is safe for concurrent use. It has no goroutine
// unless a request is under way.
type Client struct {
	config    Config // with defaults
	http      *http.Client
	closeIdle func()
	slots     chan struct{} // one for each request that may be under way

	mu       sync.Mutex
	active   answers
	inactive answers // apart, so that junk cannot displace good tokens
	flights  map[digest]*flight
	rest     outage
}

// digest stands for a token: its text is not kept.
type digest = [sha256.Size]byte

// flight is a request under way and its result.
type flight struct {
	done   chan struct{}
	claims []byte
	err    error
}

// maxRequests is the number of requests to the issuer at a time.
const maxRequests = 64

// New returns a client. It sends nothing. The error reports every mistake in config.
func New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, fmt.Errorf("making an introspection client: %w", err)
	}
	config.fillDefaults()
	u, err := url.Parse(config.URL)
	if err != nil {
		return nil, err
	}
	c := &Client{
		config: config, slots: make(chan struct{}, maxRequests), flights: map[digest]*flight{},
		active: answers{most: config.CacheSize}, inactive: answers{most: config.CacheSize},
	}
	c.http, c.closeIdle = outbound.Client(config.HTTPClient, outbound.IsLoopback(u.Hostname()), config.Timeout)
	return c, nil
}

// errInactive is the issuer's answer for a token that is not good, whatever the reason.
var errInactive = fmt.Errorf("%w: the issuer says that it is not active", login.ErrInvalidToken)

// Introspect returns the claims of an active token, as JSON that must not be changed. The
// error matches login.ErrInvalidToken for a token that is not active, login.ErrIssuer
// for one that [Config.Accepts] refuses, and login.ErrUnavailable for an outage.
func (c *Client) Introspect(ctx context.Context, token string) ([]byte, error) {
	switch {
	case !isToken68(token):
		return nil, fmt.Errorf("%w: it cannot be sent as a bearer token", login.ErrMalformed)
	case c.config.Accepts != nil && !c.config.Accepts(token):
		return nil, login.ErrIssuer
	}
	key := sha256.Sum256([]byte(token))
	f, err := c.join(ctx, key, token)
	if err != nil {
		return nil, err
	}
	select {
	case <-f.done:
		return f.claims, f.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: waiting for the issuer: %w", login.ErrUnavailable, ctx.Err())
	}
}

// join returns the flight of a token: a finished one if the answer is remembered, that of
// another caller, or a new one.
func (c *Client) join(ctx context.Context, key digest, token string) (*flight, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.config.Now()
	if claims, ok := c.active.get(key, now); ok {
		return finished(claims, nil), nil
	}
	if _, ok := c.inactive.get(key, now); ok {
		return finished(nil, errInactive), nil
	}
	if f := c.flights[key]; f != nil {
		return f, nil
	}
	if err := c.rest.refuses(now); err != nil {
		return nil, err
	}
	f := &flight{done: make(chan struct{})}
	c.flights[key] = f
	go c.fly(context.WithoutCancel(ctx), f, key, token)
	return f, nil
}

func finished(claims []byte, err error) *flight {
	f := &flight{done: make(chan struct{}), claims: claims, err: err}
	close(f.done)
	return f
}

// fly asks the issuer and remembers the answer. It goes on when a caller gives up: others
// may wait for it too.
func (c *Client) fly(ctx context.Context, f *flight, key digest, token string) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.config.Timeout, fmt.Errorf("no complete answer within %v", c.config.Timeout))
	defer cancel()
	var found answer
	err := c.slot(ctx)
	if err == nil {
		found, err = c.ask(ctx, token)
		<-c.slots
	}
	c.mu.Lock()
	now := c.config.Now()
	c.rest.note(err, now)
	switch {
	case err != nil:
		f.err = fmt.Errorf("%w: asking %s: %w", login.ErrUnavailable, outbound.Display(c.config.URL), err)
	case !found.active:
		f.err = errInactive
		c.inactive.put(key, nil, now, now.Add(c.config.NegativeTTL))
	default:
		f.claims = found.claims
		c.active.put(key, found.claims, now, found.until(now.Add(c.config.TTL)))
	}
	delete(c.flights, key)
	c.mu.Unlock()
	close(f.done)
}

// slot waits until one more request may be sent.
func (c *Client) slot(ctx context.Context) error {
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errors.New("too many requests are under way")
	}
}

// outage is the rest that the issuer is given after failures in a row.
type outage struct {
	failures int
	until    time.Time
	last     error
}

const (
	restAfter = 3 // failures; a single one may be due to a token
	mostRest  = 5 * time.Second
)

func (o *outage) refuses(now time.Time) error {
	if o.failures < restAfter || !now.Before(o.until) {
		return nil
	}
	return fmt.Errorf("%w: the issuer is not asked again before %s: %w", login.ErrUnavailable, o.until.UTC().Format(time.RFC3339), o.last)
}

// errAnswer means that one answer cannot be read. The next token may have a good one.
type errAnswer struct{ text string }

func (e errAnswer) Error() string { return e.text }

// note counts the failures. A request that failed by a status or an answer of its own
// token's does not count.
func (o *outage) note(err error, now time.Time) {
	status, isStatus := errors.AsType[*statusError](err)
	_, isAnswer := errors.AsType[errAnswer](err)
	switch {
	case err == nil:
		*o = outage{}
	case isAnswer:
	case isStatus && status.code/100 == 4 && status.code != http.StatusTooManyRequests && status.code != http.StatusUnauthorized:
	default:
		o.failures++
		o.last = err
		rest := min(time.Second<<min(max(o.failures-restAfter, 0), 8), mostRest)
		o.until = now.Add(rest)
	}
}

// isToken68 reports whether a text has the form of a bearer token (RFC 6750 section 2.1).
func isToken68(text string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"
	begin := strings.TrimRight(text, "=")
	return begin != "" && strings.Trim(begin, allowed) == ""
}
