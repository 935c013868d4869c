package main

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/urfave/cli/v2"
)

// expiry reads --expires or the claim exp. A time span becomes the lifetime, so
// that it is exact however long somebody takes to type a passphrase.
func grantExpiry(env *app, c *cli.Context, set *claimSet, g *login.Grant) (err error) {
	when, value, now := c.String("expires"), set.take("exp"), env.now()
	life, notSpan := parseDuration(when)
	switch {
	case when != "" && value != nil:
		return usage(`the expiry is given twice: by `+set.origin["exp"]+" and by --expires", giveOnce)
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
		if g.ExpiresAt, err = parseTime(when, now); err != nil {
			err = usage("--expires: "+err.Error(), "as in --expires 12h")
		}
	}
	if err != nil {
		return err
	}
	return checkLife(g.ExpiresAt.Sub(now), g.ExpiresAt, now)
}

// checkLife refuses a token that would be over at once: exp is in whole seconds.
func checkLife(life time.Duration, at, now time.Time) error {
	switch {
	case life <= 0:
		return usage("the token would have expired "+relative(at, now), "an expiry lies in the future: --expires 12h")
	case life < time.Second:
		return usage("a token lives at least one second", "say how long: --expires 12h")
	}
	return nil
}

// notBefore reads --not-before or the claim nbf. The library rounds up, which
// would make a token that is valid from now on not valid yet.
func grantNotBefore(env *app, c *cli.Context, set *claimSet, g *login.Grant) (err error) {
	when, value := c.String("not-before"), set.take("nbf")
	switch {
	case when != "" && value != nil:
		return usage("the start is given twice: by "+set.origin["nbf"]+" and by --not-before", giveOnce)
	case when != "":
		if g.NotBefore, err = parseTime(when, env.now()); err != nil {
			return usage("--not-before: "+err.Error(), "as in --not-before 5m")
		}
		g.NotBefore = g.NotBefore.Truncate(time.Second)
	case value != nil:
		g.NotBefore, err = timeClaim("nbf", value)
	}
	return err
}

// timeClaim reads a NumericDate of whole seconds (RFC 7519 section 2).
func timeClaim(name string, value jsontext.Value) (time.Time, error) {
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n < 0 || n > maxUnix {
		return time.Time{}, usage("the claim "+name+" must be a number of seconds since 1970",
			"or leave it out and say --expires 12h")
	}
	return time.Unix(n, 0), nil
}
