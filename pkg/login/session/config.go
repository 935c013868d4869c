package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// Config configures a [Manager]. It needs a Store; every other zero value is safe.
type Config[U any] struct {
	// Store keeps the sessions.
	Store Store
	// Feed tells this replica which sessions have ended, so that their access tokens are
	// refused at once.
	//
	// If nil, it is a feed over Store with the defaults of [FeedConfig].
	Feed *Feed
	// Keys sign refresh tokens. HMAC keys make them short and cheap. Once a key is
	// retired, sessions that were not refreshed since the last rotation end.
	//
	// If nil, the keys of the access tokens do.
	Keys keys.Source

	// Idle is how long a session with Device.Remember goes on without a refresh.
	//
	// If zero, it is 14 days.
	Idle time.Duration
	// Brief is Idle for a session without Device.Remember, whose cookies the browser
	// deletes when it closes.
	//
	// If zero, it is 12 hours.
	Brief time.Duration
	// Lifetime is how long a session goes on in any case. Polling in the background
	// cannot keep it alive longer.
	//
	// If zero, it is 90 days.
	Lifetime time.Duration
	// Grace is how long the last refresh token may be presented again, because its answer
	// was lost or another tab was first. At most 5 minutes, and less than half of the
	// lifetime of an access token.
	//
	// If zero, it is a minute, or less if access tokens live for less than two. If
	// negative, there is no grace.
	Grace time.Duration
	// Late is the time in which one retry may also come after Grace: a laptop was closed
	// before the answer arrived.
	//
	// If zero, it is 24 hours. If negative, there is none.
	Late time.Duration

	// Cookie is that of the refresh token. Its origins are those of the access token's.
	//
	// If zero, it is __Host-refresh-token, or refresh-token if the access token's cookie
	// is Insecure.
	Cookie login.Cookie
	// Allowed returns the scopes that a user may have now, at each refresh. The new
	// access token has those of them that were granted at the login.
	// [login.ErrForbidden] ends the session; any other error is answered 503.
	//
	// If nil, the user keeps the scopes of the login.
	Allowed func(ctx context.Context, user U) ([]string, error)
	// Device returns the text by which the user recognizes a session that TokenHandler or
	// LoginForm opens.
	//
	// If nil, it is the User-Agent field.
	Device func(r *http.Request) string
	// OnReuse is called once for a session that has ended because an old refresh token
	// was presented: a thief has the token, or had it. It may mail the user, and must not
	// block. ctx goes on when the client leaves.
	OnReuse func(ctx context.Context, s Session)
}

const mostGrace = 5 * time.Minute

// mostAccess returns the longest life of an access token. A feed takes one that lives
// longer for revoked, and a store keeps the ends of sessions for DefaultKeep.
func (c Config[U]) mostAccess() time.Duration {
	most := DefaultKeep - time.Hour
	if c.Feed != nil {
		most = min(most, c.Feed.config.Longest)
	}
	return most
}

// checked returns c with its defaults, or the mistakes in it.
func (c Config[U]) checked(auth login.Config) (Config[U], error) {
	access := auth.Lifetime
	if access == 0 {
		access = 15 * time.Minute
	}
	errs := []error{c.checkTimes()}
	if c.Store == nil {
		errs = append(errs, errors.New("there is no store: set Config.Store, to new(session.Memory) for one process"))
	}
	if most := c.mostAccess(); access > most {
		errs = append(errs, fmt.Errorf("the lifetime of access tokens is %v: give at most %v, a session outlasts them", access, most))
	}
	if c.Grace > mostGrace || c.Grace > 0 && c.Grace >= access/2 {
		errs = append(errs, fmt.Errorf("Config.Grace is %v: give at most %v, and less than half of an access token's %v", c.Grace, mostGrace, access))
	}
	c.fillDefaults(access)
	if c.Idle > c.Lifetime || c.Brief > c.Lifetime {
		errs = append(errs, fmt.Errorf("Config.Idle is %v and Brief %v: give at most Lifetime, %v", c.Idle, c.Brief, c.Lifetime))
	}
	if auth.Locations&login.InCookie != 0 {
		errs = append(errs, c.fillCookie(auth))
	} else if c.Cookie.Name != "" {
		errs = append(errs, errors.New("Config.Cookie is set and cookies are not read: add InCookie to the Locations of login.Config"))
	}
	return c, errors.Join(errs...)
}

func (c *Config[U]) checkTimes() error {
	for _, d := range []time.Duration{c.Idle, c.Brief, c.Lifetime} {
		if d < 0 || d > 0 && d < time.Second {
			return fmt.Errorf("Config.Idle, Brief or Lifetime is %v: give at least a second, or zero for the default", d)
		}
	}
	return nil
}

func (c *Config[U]) fillDefaults(access time.Duration) {
	for _, field := range []struct {
		value *time.Duration
		zero  time.Duration
	}{
		{&c.Lifetime, 90 * 24 * time.Hour},
		{&c.Grace, min(time.Minute, access/2-time.Millisecond)},
		{&c.Late, 24 * time.Hour},
	} {
		if *field.value == 0 {
			*field.value = field.zero
		}
		*field.value = max(*field.value, 0)
	}
	if c.Idle == 0 {
		c.Idle = min(14*24*time.Hour, c.Lifetime)
	}
	if c.Brief == 0 {
		c.Brief = min(12*time.Hour, c.Idle)
	}
	if c.Device == nil {
		c.Device = func(r *http.Request) string { return r.UserAgent() }
	}
}

// accessCookie returns the name of the cookie of access tokens.
func accessCookie(auth login.Config) string { return cmp.Or(auth.Cookie.Name, "access-token") }

// fillCookie completes and checks the cookie of the refresh token.
func (c *Config[U]) fillCookie(auth login.Config) error {
	switch {
	case c.Cookie.TrustedOrigins != nil || c.Cookie.AllowCrossOrigin:
		return errors.New("Config.Cookie has origins: set those of the Cookie in login.Config, which count for both")
	case c.Cookie.MaxAge != 0 || c.Cookie.Session:
		return errors.New("Config.Cookie has an age: Config.Idle and Brief decide")
	case auth.Cookie.MaxAge != 0:
		return errors.New("Cookie.MaxAge in login.Config is set: with sessions that cookie lasts until the browser closes, and Renew makes a new one")
	}
	if auth.Cookie.Insecure {
		c.Cookie.Insecure = true
	}
	if c.Cookie.Name == "" {
		c.Cookie.Name = "__Host-refresh-token"
		if c.Cookie.Insecure || c.Cookie.Domain != "" || c.Cookie.Path != "" && c.Cookie.Path != "/" {
			c.Cookie.Name = "refresh-token"
		}
	}
	if c.Cookie.Name == accessCookie(auth) {
		return fmt.Errorf("both cookies have the name %q", c.Cookie.Name)
	}
	if _, err := c.Cookie.Clear(); err != nil {
		return fmt.Errorf("Config.Cookie: %w", err)
	}
	return nil
}
