package main

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/urfave/cli/v2"
)

// expectations is what the flags of verify ask of a token, beyond a good signature.
type expectations struct {
	config login.Config // what the library checks
	source keys.Source  // with which keys
	hidden *redactor    // what no check repeats

	subject    string
	scopes     []string // all of them
	anyScope   []string // one of them
	claims     []member
	require    []string
	maxAge     time.Duration // zero for no limit
	minTTL     time.Duration
	allowNoExp bool
	anyAud     bool
}

func expectFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "iss", Usage: "`ISSUER` that it must be from"},
		&cli.StringSliceFlag{Name: "aud", Usage: "`AUDIENCE` you are; the token must name one of these (repeatable)"},
		&cli.BoolFlag{Name: "any-aud", Usage: "accept a token whatever audience it names"},
		&cli.StringFlag{Name: "sub", Usage: "`SUBJECT` that it must be for"},
		&cli.StringSliceFlag{Name: "typ", Usage: "`TYPE` its header may have (repeatable; default JWT, at+jwt or none)"},
		&cli.StringSliceFlag{Name: "scopes", Aliases: []string{"scope"}, Usage: "`A,B` scopes that it must all have (repeatable)"},
		&cli.StringSliceFlag{Name: "any-scope", Usage: "`A,B` scopes of which it must have one (repeatable)"},
		&cli.StringSliceFlag{Name: "claim", Usage: "`NAME=TEXT` or NAME:=JSON that it must say (repeatable)"},
		&cli.StringSliceFlag{Name: "require", Usage: "`NAME` of a claim that it must have (repeatable)"},
		&cli.StringFlag{Name: "leeway", Usage: "`TIME` that clocks may differ, at most 5m (default none)"},
		&cli.StringFlag{Name: "max-age", Usage: "`TIME` since it was issued, at most"},
		&cli.StringFlag{Name: "min-ttl", Usage: "`TIME` that it must still live"},
		&cli.BoolFlag{Name: "allow-no-exp", Usage: "accept a token that never expires"},
		atFlag("`TIME` to take for now"),
	}
}

// expect reads the flags.
func readExpectations(env *app, c *cli.Context) (*expectations, error) {
	e := &expectations{
		config:     login.Config{Issuer: c.String("iss"), Types: c.StringSlice("typ"), Now: env.now, CacheSize: -1},
		hidden:     env.private,
		subject:    c.String("sub"),
		scopes:     splitList(c.StringSlice("scopes")),
		anyScope:   splitList(c.StringSlice("any-scope")),
		require:    splitList(c.StringSlice("require")),
		allowNoExp: c.Bool("allow-no-exp"),
		anyAud:     c.Bool("any-aud"),
	}
	if err := e.audiences(c); err != nil {
		return nil, err
	}
	warnOfAudience(env, c.StringSlice("aud"))
	for _, name := range []string{"scopes", "any-scope", "require"} {
		if c.IsSet(name) && len(splitList(c.StringSlice(name))) == 0 {
			return nil, usage("--"+name+" names none", "as in --"+name+" a,b; to ask for none leave it out")
		}
	}
	for _, pair := range c.StringSlice("claim") {
		name, value, err := parsePair(pair)
		if err != nil {
			return nil, usage("--claim: "+err.Error(), pairForms)
		}
		e.claims = append(e.claims, member{name, value})
	}
	for name, to := range map[string]*time.Duration{"leeway": &e.config.Leeway, "max-age": &e.maxAge, "min-ttl": &e.minTTL} {
		if err := positive(c, name, to); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (e *expectations) audiences(c *cli.Context) error {
	aud := c.StringSlice("aud")
	switch {
	case len(aud) > 0 && e.anyAud:
		return usage("--aud and --any-aud are both given", "--any-aud checks no audience: leave one of the two out")
	case len(aud) > 0:
		e.config.Audience, e.config.AlsoAccept = aud[0], aud[1:]
	}
	return nil
}

// positive reads a time span that must be longer than none.
func positive(c *cli.Context, name string, to *time.Duration) error {
	text := c.String(name)
	if text == "" {
		return nil
	}
	d, err := parseDuration(text)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%s is not more than nothing", text)
	}
	if err != nil {
		return usage("--"+name+": "+err.Error(), "as in --"+name+" 30s")
	}
	*to = d
	return nil
}

// sameValue compares JSON values: exactly for numbers, by content for all else.
func sameValue(a, b jsontext.Value) bool {
	return canonicalJSON(a) == canonicalJSON(b)
}

func canonicalJSON(v jsontext.Value) string {
	v = v.Clone()
	if err := v.Canonicalize(jsontext.CanonicalizeRawInts(false), jsontext.CanonicalizeRawFloats(false)); err != nil {
		return ""
	}
	return string(v)
}
