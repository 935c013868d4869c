package tokencmd

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/pkg/login"
)

// grantExpiry reads --expires or the claim exp. A time span becomes the lifetime, which
// starts at signing, so that typing a passphrase does not shorten it.
func grantExpiry(env *terminal.Env, c *cli.Context, set *claimSet, g *login.Grant) (err error) {
	when, value, now := c.String("expires"), set.take("exp"), env.Now()
	life, notSpan := timetext.ParseDuration(when)
	switch {
	case when != "" && value != nil:
		return outcome.Usage(`the expiry is given twice: by `+set.origin["exp"]+" and by --expires", cmdline.GiveOnce)
	case when == "never":
		g.NeverExpires = true
		return nil
	case value != nil:
		g.ExpiresAt, err = timeClaim("exp", value)
	case when == "":
		return nil
	case notSpan == nil:
		g.Lifetime = life.Truncate(time.Second)
		return checkLife(life, now.Add(life), now)
	default:
		if g.ExpiresAt, err = timetext.ParseTime(when, now); err != nil {
			err = outcome.Usage("--expires: "+err.Error(), "as in --expires 12h")
		}
	}
	if err != nil {
		return err
	}
	return checkLife(g.ExpiresAt.Sub(now), g.ExpiresAt, now)
}

// checkLife refuses a token that would expire at once: exp has whole seconds.
func checkLife(life time.Duration, at, now time.Time) error {
	switch {
	case life <= 0:
		return outcome.Usage("the token would have expired "+timetext.Relative(at, now), "an expiry lies in the future: --expires 12h")
	case life < time.Second:
		return outcome.Usage("a token lives at least one second", "say how long: --expires 12h")
	}
	return nil
}

// grantNotBefore reads --not-before or the claim nbf. It is rounded down: the library
// rounds up, and a token valid from now would not be valid yet.
func grantNotBefore(env *terminal.Env, c *cli.Context, set *claimSet, g *login.Grant) (err error) {
	when, value := c.String("not-before"), set.take("nbf")
	switch {
	case when != "" && value != nil:
		return outcome.Usage("the start is given twice: by "+set.origin["nbf"]+" and by --not-before", cmdline.GiveOnce)
	case when != "":
		if g.NotBefore, err = timetext.ParseTime(when, env.Now()); err != nil {
			return outcome.Usage("--not-before: "+err.Error(), "as in --not-before 5m")
		}
		g.NotBefore = g.NotBefore.Truncate(time.Second)
	case value != nil:
		g.NotBefore, err = timeClaim("nbf", value)
	}
	return err
}

// timeClaim reads a claim that is a NumericDate in whole seconds (RFC 7519 section 2).
func timeClaim(name string, value jsontext.Value) (time.Time, error) {
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n < 0 || n > timetext.MaxUnix {
		return time.Time{}, outcome.Usage("the claim "+name+" must be a number of seconds since 1970",
			"or leave it out and say --expires 12h")
	}
	return time.Unix(n, 0), nil
}
