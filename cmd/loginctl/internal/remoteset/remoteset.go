// Package remoteset reads the key sets of other issuers over HTTPS, and keeps them in
// the user's cache directory for as long as their issuers allow.
package remoteset

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
)

// limit is the time for one set with its discovery. The whole command must end within
// 10 seconds.
const limit = 8 * time.Second

// Location is the place of a key set: its URL, or the issuer whose metadata name it.
// One of the two is empty.
type Location struct {
	URL    string
	Issuer string
}

// Set is a key set as its issuer serves it.
type Set struct {
	URL    string // after discovery
	Body   []byte
	Cached bool // it was not read now
}

// IsURL reports whether a word is an address and not the name of a file.
func IsURL(word string) bool {
	scheme, rest, ok := strings.Cut(word, "://")
	return ok && rest != "" && scheme != "" && strings.Trim(strings.ToLower(scheme), "abcdefghijklmnopqrstuvwxyz") == ""
}

// Name returns the location for messages: without a query, which may hold an API key,
// and without a password.
func (l Location) Name() string {
	name, _, _ := strings.Cut(l.URL+l.Issuer, "?")
	scheme, rest, _ := strings.Cut(name, "://")
	host, path, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		return scheme + "://…@" + host[at+1:] + "/" + path
	}
	return name
}

// Read returns the set at a location: from the cache while it is fresh, unless noCache.
func Read(ctx context.Context, env *terminal.Env, l Location, noCache bool) (*Set, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	store := openCache(env)
	if !noCache {
		if set := store.load(l, time.Now()); set != nil {
			return set, nil
		}
	}
	return l.fetch(ctx, func(d *jwks.Document) {
		if !noCache {
			store.save(l, d, time.Now())
		}
	})
}

// Renew reads the set at a location that Read took from the cache, and caches it again.
func Renew(ctx context.Context, env *terminal.Env, l Location) (*Set, error) {
	return l.fetch(ctx, func(d *jwks.Document) { openCache(env).save(l, d, time.Now()) })
}

func (l Location) fetch(ctx context.Context, save func(*jwks.Document)) (*Set, error) {
	document, err := jwks.Fetch(ctx, l.config())
	if err != nil {
		return nil, l.failure(err)
	}
	save(document)
	return &Set{URL: document.URL, Body: document.Body}, nil
}

// config returns the settings of one read. Every algorithm of public keys is allowed,
// since --alg narrows the set. MinFresh is nearly nothing: no-store means no cache here.
func (l Location) config() jwks.Config {
	config := jwks.Config{URL: l.URL, Issuer: l.Issuer, Timeout: limit, MinFresh: time.Nanosecond}
	for _, alg := range keys.Algorithms() {
		if alg.Type() != "oct" {
			config.Algorithms = append(config.Algorithms, alg)
		}
	}
	return config
}

// check refuses an address that is not contacted, as wrong usage.
func (l Location) check() error {
	if issuer, ok := strings.CutSuffix(l.URL+l.Issuer, "/.well-known/openid-configuration"); ok {
		return outcome.Usage(l.Name()+" is the metadata of an issuer", "name the issuer itself: --issuer or jwks fetch, with "+issuer)
	}
	if _, err := jwks.New(l.config()); err != nil {
		reason := err
		for inner := errors.Unwrap(err); inner != nil && !errors.Is(inner, jwks.ErrAddress); inner = errors.Unwrap(inner) {
			reason = inner
		}
		return outcome.Usage(l.Name()+" is not the address of a key set: "+reason.Error(),
			"give one that begins with https://; http:// is for this machine (127.0.0.1)")
	}
	return nil
}

// failure returns the failure of a read. A set that was read and has no usable key is an
// error about keys; everything else means that the issuer was not reached.
func (l Location) failure(err error) error {
	if aboutKeys(err) {
		return outcome.Failed(outcome.ErrBadSet, err.Error(),
			"check the address: it must serve a JWK Set; for the issuer's name use --issuer, or jwks fetch")
	}
	return outcome.Failed(outcome.ErrUnreachable, err.Error())
}

func aboutKeys(err error) bool {
	for _, is := range []error{
		keys.ErrMalformed, keys.ErrNoKey, keys.ErrWeak, keys.ErrUnsupported,
		keys.ErrNotPublic, keys.ErrTooLarge, keys.ErrKeyID, keys.ErrAlgorithm, keys.ErrUnknownKey,
	} {
		if errors.Is(err, is) {
			return true
		}
	}
	return false
}

// Find reads the set at an address that is either the URL of a set or an issuer. The
// answer decides: an address that does not serve a set is taken for an issuer.
func Find(ctx context.Context, env *terminal.Env, address string, noCache bool) (*Set, error) {
	issuer := Location{Issuer: address}
	if !noCache {
		if set := openCache(env).load(issuer, time.Now()); set != nil {
			return set, nil
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no complete answer within %v", limit))
	defer cancel()
	set, err := Read(ctx, env, Location{URL: address}, noCache)
	if err == nil || errors.Is(err, outcome.ErrUsage) || ctx.Err() != nil {
		return set, err
	}
	if issuer.check() != nil {
		return nil, err // a URL with a query, which no issuer has
	}
	set, second := Read(ctx, env, issuer, noCache)
	if second == nil {
		return set, nil
	}
	return nil, fmt.Errorf("%w; as an issuer: %s", err, second)
}
