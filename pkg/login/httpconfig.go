package login

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// sources returns where tokens may be.
func (c *Config) sources() Source {
	if c.Sources == 0 {
		return FromHeader
	}
	return c.Sources
}

func (c *Config) checkSources() error {
	sources := c.sources()
	var errs []error
	if sources&^(FromHeader|FromCookie) != 0 {
		errs = append(errs, fmt.Errorf("Config.Sources is %d: give FromHeader, FromCookie or both", c.Sources))
	}
	if c.Conflict > RejectConflict {
		errs = append(errs, fmt.Errorf("Config.Conflict is %d: give FirstPresent or RejectConflict", c.Conflict))
	}
	if c.Conflict != FirstPresent && sources != FromHeader|FromCookie {
		errs = append(errs, errors.New("Config.Conflict is set and there is one source: set Sources to FromHeader | FromCookie"))
	}
	if sources&FromCookie == 0 {
		if !c.Cookie.isZero() {
			errs = append(errs, errors.New("Config.Cookie is set and cookies are not read: add FromCookie to Sources"))
		}
		return errors.Join(errs...)
	}
	if err := c.Cookie.check(); err != nil {
		errs = append(errs, err)
	}
	if c.Lifetime > 0 && c.Lifetime < 2*time.Second { // exp is in whole seconds, and a cookie lives one at least
		errs = append(errs, fmt.Errorf("Config.Lifetime is %v: a token in a cookie lives at least two seconds", c.Lifetime))
	}
	return errors.Join(errs...)
}

// crossOriginProtection returns what holds requests by cookie to their own
// origin, or nil when nothing does.
func (c *Config) crossOriginProtection() (*http.CrossOriginProtection, error) {
	if c.sources()&FromCookie == 0 || c.Cookie.AllowCrossOrigin {
		return nil, nil
	}
	p := http.NewCrossOriginProtection()
	var errs []error
	for _, origin := range c.Cookie.TrustedOrigins {
		err := p.AddTrustedOrigin(origin)
		if err == nil && (strings.Contains(origin, "*") || strings.ToLower(origin) != origin) {
			// Browsers write lower case, and it is compared as it stands.
			err = fmt.Errorf("%q matches no origin: write one host, in lower case", origin)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("Config.Cookie.TrustedOrigins: %w", err))
		}
	}
	return p, errors.Join(errs...)
}

func (c *Config) checkScopes() error {
	var errs []error
	for scope := range c.Scopes {
		if err := checkScope(scope); err != nil {
			errs = append(errs, fmt.Errorf("Config.Scopes: %w", err))
		}
	}
	return errors.Join(errs...)
}

// checkScheme checks what OpenAPI documents show.
func (c *Config) checkScheme() error {
	var errs []error
	if _, err := url.Parse(c.TokenURL); err != nil {
		errs = append(errs, fmt.Errorf("Config.TokenURL: %w", err))
	}
	if c.SchemeName != "" && !isComponentName(c.SchemeName) {
		errs = append(errs, fmt.Errorf("Config.SchemeName is %q: give letters, digits, dot, dash and underscore", c.SchemeName))
	}
	return errors.Join(errs...)
}
