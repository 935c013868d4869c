package introspect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/loginctl/loginctl/pkg/internal/outbound"
)

// Config configures a [Client].
type Config struct {
	// URL is the address of the introspection endpoint.
	URL string
	// Issuer becomes the iss of an answer without one. If empty, such an answer has none.
	Issuer string

	// ClientID and ClientSecret authenticate the client by HTTP Basic (RFC 6749 section
	// 2.3.1).
	ClientID, ClientSecret string
	// Authenticate authenticates the client in another way, such as a bearer token in the
	// header, or a client_assertion in the form. It must not change the token. Its error
	// counts as an outage. Set it or ClientID; both may be empty if HTTPClient sends a
	// certificate.
	Authenticate func(ctx context.Context, header http.Header, form url.Values) error

	// Accepts reports whether a text can be a token of this issuer, for example by its
	// prefix. A token that it refuses is never sent: its error matches login.ErrIssuer.
	// Of several issuers with tokens that are not a JWS, each must have it, or the tokens
	// of one are sent to another. If nil, every token is sent.
	Accepts func(token string) bool

	// TTL is how long an answer is remembered, never beyond its exp. If zero, it is 1
	// minute. If negative, each use of a token is a request.
	TTL time.Duration
	// NegativeTTL is how long it is remembered that a token is not active. If zero, it is
	// 10 seconds. If negative, it is not remembered.
	NegativeTTL time.Duration
	// CacheSize is the number of answers of each kind to remember. If zero, it is 4096.
	CacheSize int

	// Timeout limits one request with its whole answer. If zero, it is 5 seconds.
	Timeout time.Duration
	// HTTPClient sends the requests, for example with a client certificate. Its redirect
	// policy is not used. If nil, a built-in transport checks the addresses.
	HTTPClient *http.Client
	// Now is the clock. If nil, it is time.Now.
	Now func() time.Time
}

const (
	defaultTTL         = time.Minute
	defaultNegativeTTL = 10 * time.Second
	defaultTimeout     = 5 * time.Second
	defaultCacheSize   = 4096
	maxCacheSize       = 1 << 20
)

// check returns every mistake in c.
func (c *Config) check() error {
	var errs []error
	if _, err := outbound.ParseURL(c.URL, true); err != nil {
		errs = append(errs, fmt.Errorf("Config.URL: %w", err))
	}
	switch {
	case c.Authenticate != nil && (c.ClientID != "" || c.ClientSecret != ""):
		errs = append(errs, errors.New("Config.Authenticate and ClientID exclude each other: a client authenticates in one way"))
	case (c.ClientID == "") != (c.ClientSecret == ""):
		errs = append(errs, errors.New("Config.ClientID and ClientSecret belong together: set both"))
	case c.Authenticate == nil && c.ClientID == "" && c.HTTPClient == nil:
		errs = append(errs, errors.New("the client does not authenticate: set Config.ClientID and ClientSecret, Authenticate, or an HTTPClient with a certificate"))
	}
	if c.Timeout < 0 {
		errs = append(errs, fmt.Errorf("Config.Timeout is %v: give a positive time, or zero for %v", c.Timeout, defaultTimeout))
	}
	if c.CacheSize < 0 || c.CacheSize > maxCacheSize {
		errs = append(errs, fmt.Errorf("Config.CacheSize is %d: give at most %d, or zero for %d", c.CacheSize, maxCacheSize, defaultCacheSize))
	}
	return errors.Join(errs...)
}

func (c *Config) fillDefaults() {
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{{&c.TTL, defaultTTL}, {&c.NegativeTTL, defaultNegativeTTL}, {&c.Timeout, defaultTimeout}} {
		if *d.value == 0 {
			*d.value = d.standard
		}
	}
	if c.CacheSize == 0 {
		c.CacheSize = defaultCacheSize
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Authenticate == nil {
		id, secret := url.QueryEscape(c.ClientID), url.QueryEscape(c.ClientSecret)
		c.Authenticate = func(_ context.Context, header http.Header, _ url.Values) error {
			if id != "" {
				request := http.Request{Header: header}
				request.SetBasicAuth(id, secret)
			}
			return nil
		}
	}
	c.ClientSecret = "" // it is in the function, where printing does not show it
}
