package jwks

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/loginctl/loginctl/pkg/internal/outbound"
	"github.com/loginctl/loginctl/pkg/keys"
)

const maxBodyBytes = 512 << 10

// Document is a JWK Set as an issuer serves it.
type Document struct {
	URL   string        // its address, after discovery
	Body  []byte        // as received, at most 512 KiB
	Set   *keys.Set     // the usable keys of Body
	Fresh time.Duration // how long it may be cached
}

// Fetch reads the JWK Set once, within [Config.Timeout] or ctx: for a program that
// exits soon. A service uses [New].
func Fetch(ctx context.Context, config Config) (*Document, error) {
	f, err := newFetcher(config)
	if err != nil {
		return nil, fmt.Errorf("fetching a key set: %w", err)
	}
	read, err := f.read(ctx, reading{})
	if err != nil {
		return nil, fmt.Errorf("fetching a key set: %w", err)
	}
	return &Document{URL: read.url, Body: read.body, Set: read.set, Fresh: read.fresh}, nil
}

// fetcher reads the JWK Set of one issuer over HTTP.
type fetcher struct {
	config    Config // with defaults
	options   keys.JWKSOptions
	http      *http.Client
	closeIdle func()
	loopback  bool
}

func newFetcher(config Config) (*fetcher, error) {
	config, err := config.checked()
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(config.address())
	if err != nil {
		return nil, err
	}
	f := &fetcher{
		config:   config,
		options:  keys.JWKSOptions{Algorithms: config.Algorithms, Uses: config.Uses},
		loopback: outbound.IsLoopback(u.Hostname()),
	}
	f.http, f.closeIdle = outbound.Client(config.HTTPClient, f.loopback, config.Timeout)
	return f, nil
}

// reading is the result of a successful read.
type reading struct {
	url        string    // of the set
	discovered time.Time // when url was discovered; zero if it is configured
	etag       string
	sum        [sha256.Size]byte // of the body that set was read from
	body       []byte            // empty if last was still current
	set        *keys.Set
	fresh      time.Duration
}

// read reads the set. If the set has not changed since last, the result has the same
// keys.Set.
func (f *fetcher) read(ctx context.Context, last reading) (reading, error) {
	defer f.closeIdle()
	late := fmt.Errorf("no complete answer within %v", f.config.Timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, f.config.Timeout, late)
	defer cancel()
	next, err := f.locate(ctx, last)
	if err != nil {
		return reading{}, err
	}
	answer, err := f.get(ctx, next.url, next.etag)
	if err != nil {
		return reading{}, err
	}
	next.fresh = freshness(answer.header, f.config.Fresh, f.config.MinFresh)
	next.body = answer.body
	if answer.notModified {
		return next, nil
	}
	next.etag = answer.header.Get("ETag")
	sum := sha256.Sum256(answer.body)
	if last.set != nil && sum == last.sum {
		return next, nil
	}
	set, err := keys.ParseJWKS(answer.body, &f.options)
	if err != nil {
		return reading{}, fmt.Errorf("reading %s: %w", outbound.Display(next.url), err)
	}
	next.sum = sum
	if last.set == nil || !sameKeys(last.set, set) {
		next.set = set
	}
	return next, nil
}

// sameKeys reports whether two sets have the same keys, in any order, and skipped
// the same entries: then everything that was cached for the old one stays valid.
func sameKeys(a, b *keys.Set) bool {
	old, fresh := a.Snapshot().VerificationKeys(), b.Snapshot().VerificationKeys()
	if len(old) != len(fresh) || !sameSkipped(a.Skipped(), b.Skipped()) {
		return false
	}
	type name struct {
		kid, thumbprint string
		alg             keys.Algorithm
	}
	known := make(map[name]bool, len(old))
	for _, k := range old {
		known[name{k.ID(), k.Thumbprint(), k.Algorithm()}] = true
	}
	for _, k := range fresh {
		if !known[name{k.ID(), k.Thumbprint(), k.Algorithm()}] {
			return false
		}
	}
	return true
}

func sameSkipped(a, b []keys.SkippedKey) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Position != b[i].Position || a[i].ID != b[i].ID || a[i].Err.Error() != b[i].Err.Error() {
			return false
		}
	}
	return true
}

// answer is a response with status 200, or 304 to a request with an ETag.
type answer struct {
	header      http.Header
	body        []byte
	notModified bool
}

// get sends one request. The error names the address without its query.
func (f *fetcher) get(ctx context.Context, address, etag string) (*answer, error) {
	a, err := f.exchange(ctx, address, etag)
	if err == nil {
		return a, nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	// url.Error repeats the address, with its query.
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return nil, fmt.Errorf("reading %s: %w", outbound.Display(address), err)
}

func (f *fetcher) exchange(ctx context.Context, address, etag string) (*answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	response, err := f.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotModified && etag != "":
		return &answer{header: response.Header, notModified: true}, nil
	case response.StatusCode != http.StatusOK:
		return nil, &statusError{response.StatusCode, retryAfter(response.Header, time.Now())}
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBodyBytes+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxBodyBytes {
		return nil, fmt.Errorf("the answer has more than %d bytes", maxBodyBytes)
	}
	return &answer{header: response.Header, body: body}, nil
}

// statusError is the error for a response with another status than 200.
type statusError struct {
	status int
	retry  time.Duration
}

func (e *statusError) Error() string {
	if e.status/100 == 3 {
		return fmt.Sprintf("the answer is a redirect (%d), which is not followed; configure the address it leads to", e.status)
	}
	return fmt.Sprintf("the answer is %d %s", e.status, http.StatusText(e.status))
}
