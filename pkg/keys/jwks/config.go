package jwks

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/internal/outbound"
	"github.com/loginctl/loginctl/pkg/keys"
)

// Config describes where the keys of one issuer are and how they are used. Set
// either URL or Issuer.
type Config struct {
	// URL is the address of the JWK Set (jwks_uri).
	URL string

	// Issuer is the issuer identifier, exactly as in the iss of its tokens. The
	// JWK Set is found through its metadata: OpenID Connect Discovery 1.0 section
	// 4, then RFC 8414 section 3. The metadata must name the same issuer.
	Issuer string

	// Algorithms is the list of allowed algorithms. If nil, it is RS256 alone.
	Algorithms []keys.Algorithm

	// Uses lists further values of the use of a key; see [keys.JWKSOptions].
	Uses []string

	// Fresh is how long the set is used before it is read again if the issuer
	// does not send Cache-Control. If zero, 15 minutes.
	Fresh time.Duration

	// MinFresh is the lower limit of the max-age in Cache-Control. If zero, 1 minute.
	MinFresh time.Duration

	// Stale is how much longer the keys are used while the issuer does not answer.
	// A key that the issuer withdrew because it leaked is trusted for as long. If
	// zero, 24 hours. If negative, a set is never used after it was fresh.
	Stale time.Duration

	// Timeout limits one read, with discovery and the whole body. If zero, 5
	// seconds.
	Timeout time.Duration

	// HTTPClient sends the requests, for example through a proxy, with a client
	// certificate, or with a token of a Kubernetes service account. Its redirect
	// policy is not used: redirects are never followed. If nil, requests go
	// through a built-in transport that checks addresses, and through the proxy of
	// the environment, if any ([http.ProxyFromEnvironment]).
	HTTPClient *http.Client

	// OnEvent is called after each read, on the goroutine of the read, when the
	// callers that waited for it go on. It must not panic.
	OnEvent func(Event)
}

// ErrAddress is matched by the error for a URL or an IP address that is not
// contacted; see the package documentation.
var ErrAddress = outbound.ErrAddress

const (
	defaultFresh    = 15 * time.Minute
	defaultMinFresh = time.Minute
	defaultStale    = 24 * time.Hour
	defaultTimeout  = 5 * time.Second
	maxFresh        = 24 * time.Hour
)

// checked returns c with its defaults, or every mistake in it.
func (c Config) checked() (Config, error) {
	c.Algorithms = slices.Clone(c.Algorithms)
	if c.Algorithms == nil {
		c.Algorithms = []keys.Algorithm{keys.RS256}
	}
	c.Uses = slices.Clone(c.Uses)
	err := errors.Join(c.checkAddress(), c.checkAlgorithms(), c.checkDurations())
	if c.Stale < 0 {
		c.Stale = 0
	} else {
		setDefault(&c.Stale, defaultStale)
	}
	setDefault(&c.MinFresh, defaultMinFresh)
	setDefault(&c.Fresh, max(defaultFresh, c.MinFresh))
	setDefault(&c.Timeout, defaultTimeout)
	return c, err
}

func setDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

// address returns the configured URL.
func (c *Config) address() string {
	if c.URL != "" {
		return c.URL
	}
	return c.Issuer
}

func (c *Config) checkAddress() error {
	switch {
	case (c.URL == "") == (c.Issuer == ""):
		return errors.New("give one of Config.URL and Config.Issuer")
	case c.URL != "":
		if _, err := outbound.ParseURL(c.URL, true); err != nil {
			return fmt.Errorf("Config.URL: %w", err)
		}
		return nil
	}
	u, err := outbound.ParseURL(c.Issuer, true)
	if err == nil && (u.RawQuery != "" || u.ForceQuery) {
		err = errors.New("an issuer has no query (RFC 8414 section 2)")
	}
	if err != nil {
		return fmt.Errorf("Config.Issuer: %w", err)
	}
	return nil
}

func (c *Config) checkAlgorithms() error {
	if len(c.Algorithms) == 0 {
		return errors.New("Config.Algorithms is empty: list the allowed algorithms, or leave it nil for RS256")
	}
	for _, alg := range c.Algorithms {
		if alg.Type() == "oct" || !slices.Contains(keys.Algorithms(), alg) {
			return fmt.Errorf("Config.Algorithms: %v does not work with published keys", alg)
		}
	}
	return nil
}

func (c *Config) checkDurations() error {
	var errs []error
	for name, d := range map[string]time.Duration{"Fresh": c.Fresh, "MinFresh": c.MinFresh, "Timeout": c.Timeout} {
		if d < 0 {
			errs = append(errs, fmt.Errorf("negative Config.%s (%v): give a positive duration, or zero for the default", name, d))
		}
	}
	for name, d := range map[string]time.Duration{"Fresh": c.Fresh, "MinFresh": c.MinFresh} {
		if d > maxFresh {
			errs = append(errs, fmt.Errorf("too long a Config.%s (%v): give at most %v", name, d, maxFresh))
		}
	}
	if c.MinFresh > 0 && c.Fresh > 0 && c.Fresh < c.MinFresh {
		errs = append(errs, fmt.Errorf("Config.Fresh is %v, less than Config.MinFresh", c.Fresh))
	}
	return errors.Join(errs...)
}
