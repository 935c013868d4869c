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

// Address is the address of a key set: its URL, or the issuer whose metadata name it.
// One of the two is empty.
type Address struct {
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

// Name returns the address for messages: without a query, which may hold an API key,
// and without a password.
func (a Address) Name() string {
	name, _, _ := strings.Cut(a.URL+a.Issuer, "?")
	scheme, rest, _ := strings.Cut(name, "://")
	host, path, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		return scheme + "://…@" + host[at+1:] + "/" + path
	}
	return name
}

// Read returns the set at an address: from the cache while it is fresh, unless noCache.
func Read(ctx context.Context, env *terminal.Env, a Address, noCache bool) (*Set, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	store := openCache(env)
	if !noCache {
		if set := store.load(a, time.Now()); set != nil {
			return set, nil
		}
	}
	return a.fetch(ctx, func(d *jwks.Document) {
		if !noCache {
			store.save(a, d, time.Now())
		}
	})
}

// Renew reads the set at an address that Read took from the cache, and caches it again.
func Renew(ctx context.Context, env *terminal.Env, a Address) (*Set, error) {
	return a.fetch(ctx, func(d *jwks.Document) { openCache(env).save(a, d, time.Now()) })
}

func (a Address) fetch(ctx context.Context, save func(*jwks.Document)) (*Set, error) {
	document, err := jwks.Fetch(ctx, a.config())
	if err != nil {
		return nil, a.failure(err)
	}
	save(document)
	return &Set{URL: document.URL, Body: document.Body}, nil
}

// config returns the settings of one read. Every algorithm of public keys is allowed,
// since --alg narrows the set. MinFresh is nearly nothing: no-store means no cache here.
func (a Address) config() jwks.Config {
	config := jwks.Config{URL: a.URL, Issuer: a.Issuer, Timeout: limit, MinFresh: time.Nanosecond}
	for _, alg := range keys.Algorithms() {
		if alg.Type() != "oct" {
			config.Algorithms = append(config.Algorithms, alg)
		}
	}
	return config
}

// check refuses an address that is not contacted, as wrong usage.
func (a Address) check() error {
	if issuer, ok := strings.CutSuffix(a.URL+a.Issuer, "/.well-known/openid-configuration"); ok {
		return outcome.Usage(a.Name()+" is the metadata of an issuer", "name the issuer itself: --issuer or jwks fetch, with "+issuer)
	}
	if _, err := jwks.New(a.config()); err != nil {
		reason := err
		for inner := errors.Unwrap(err); inner != nil && !errors.Is(inner, jwks.ErrAddress); inner = errors.Unwrap(inner) {
			reason = inner
		}
		return outcome.Usage(a.Name()+" is not the address of a key set: "+reason.Error(),
			"give one that begins with https://; http:// is for this machine (127.0.0.1)")
	}
	return nil
}

// failure returns the failure of a read. A set that was read and has no usable key is an
// error about keys; everything else means that the issuer was not reached.
func (a Address) failure(err error) error {
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
	issuer := Address{Issuer: address}
	if !noCache {
		if set := openCache(env).load(issuer, time.Now()); set != nil {
			return set, nil
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no complete answer within %v", limit))
	defer cancel()
	set, err := Read(ctx, env, Address{URL: address}, noCache)
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
