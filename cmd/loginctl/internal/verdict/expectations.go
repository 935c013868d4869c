package verdict

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// Expectations are the requirements that the flags of verify add to a good signature.
type Expectations struct {
	Config login.Config       // the checks of the library
	Source keys.Source        // the keys to verify with
	hidden *terminal.Redactor // hides private words in the results

	subject    string
	scopes     []string // the token must have all of them
	anyScope   []string // the token must have one of them
	claims     []claimCheck
	maxAge     time.Duration // if zero, any age is accepted
	minTTL     time.Duration
	allowNoExp bool
	anyAud     bool
}

// Flags returns the flags that [ReadExpectations] reads.
func Flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "iss", Usage: "`ISSUER` the required issuer (iss; default LOGINCTL_ISSUER)"},
		&cli.StringSliceFlag{Name: "aud", Aliases: []string{"audience"}, Usage: "`AUDIENCE` a token must be for one of those given (aud; repeatable; default LOGINCTL_AUDIENCE)"},
		&cli.BoolFlag{Name: "any-aud", Usage: "accept a token for any audience"},
		&cli.StringFlag{Name: "sub", Aliases: []string{"subject"}, Usage: "`SUBJECT` the required subject (sub)"},
		&cli.StringSliceFlag{Name: "typ", Usage: "`TYPE` an accepted typ in the header (repeatable; default JWT, at+jwt or no typ)"},
		&cli.StringSliceFlag{Name: "scopes", Aliases: []string{"scope"}, Usage: "`A,B` scopes that are all required (repeatable)"},
		&cli.StringSliceFlag{Name: "any-scope", Usage: "`A,B` scopes of which one is required (repeatable)"},
		&cli.StringSliceFlag{Name: "claim", Usage: "`PATH=TEXT` a required claim and its value; as JSON with := (repeatable)"},
		&cli.StringSliceFlag{Name: "require", Usage: "`PATH` a required claim with any value (repeatable)"},
		&cli.StringFlag{Name: "leeway", Usage: "`SPAN` the most that clocks may differ, up to 5m (default 0)"},
		&cli.StringFlag{Name: "max-age", Usage: "`SPAN` the oldest that a token may be"},
		&cli.StringFlag{Name: "min-ttl", Usage: "`SPAN` the least time that a token must have left"},
		&cli.BoolFlag{Name: "allow-no-exp", Usage: "accept a token that never expires"},
		cmdline.AtFlag("`TIME` the current time, as 2026-11-23T09:00:00Z, @unix or -1h"),
	}
}

// ReadExpectations reads the flags of [Flags].
func ReadExpectations(env *terminal.Env, c *cli.Context) (*Expectations, error) {
	e := &Expectations{
		Config:     login.Config{Issuer: c.String("iss"), Types: c.StringSlice("typ"), Now: env.Now, CacheSize: -1},
		hidden:     env.Redactor,
		subject:    c.String("sub"),
		scopes:     input.SplitList(c.StringSlice("scopes")),
		anyScope:   input.SplitList(c.StringSlice("any-scope")),
		allowNoExp: c.Bool("allow-no-exp"),
		anyAud:     c.Bool("any-aud"),
	}
	if e.Config.Issuer == "" {
		e.Config.Issuer = c.String("issuer") // its keys sign for no other issuer
	}
	if err := e.audiences(c); err != nil {
		return nil, err
	}
	WarnOfAudience(env, c.StringSlice("aud"))
	for _, name := range []string{"scopes", "any-scope", "require"} {
		if c.IsSet(name) && len(input.SplitList(c.StringSlice(name))) == 0 {
			return nil, outcome.Usage("the list of --"+name+" is empty", "as in --"+name+" a,b; to require nothing leave it out")
		}
	}
	if err := e.readClaims(c); err != nil {
		return nil, err
	}
	for name, to := range map[string]*time.Duration{"leeway": &e.Config.Leeway, "max-age": &e.maxAge, "min-ttl": &e.minTTL} {
		if text := c.String(name); name == "leeway" && (text == "0" || text == "0s") {
			continue // none, the default
		}
		if err := Positive(c, name, to); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// readClaims reads --claim and --require.
func (e *Expectations) readClaims(c *cli.Context) error {
	for _, pair := range c.StringSlice("claim") {
		text, value, err := input.ParsePair(pair)
		if err != nil {
			return outcome.Usage("--claim: "+err.Error(), input.PairForms)
		}
		if list, tilde := strings.CutSuffix(text, "~"); tilde {
			return outcome.Usage("--claim compares with = or :=", "for a value in a list: --claim "+terminal.QuoteShell(list+"[]=VALUE"))
		}
		at, err := ParsePath(text)
		if err != nil {
			return outcome.Usage("--claim: "+err.Error(), pathForms)
		}
		e.claims = append(e.claims, claimCheck{at, value})
	}
	for _, text := range input.SplitList(c.StringSlice("require")) {
		at, err := ParsePath(text)
		if err != nil {
			return outcome.Usage("--require: "+err.Error(), pathForms)
		}
		e.claims = append(e.claims, claimCheck{at: at})
	}
	return nil
}

func (e *Expectations) audiences(c *cli.Context) error {
	aud := c.StringSlice("aud")
	switch {
	case len(aud) > 0 && e.anyAud:
		return outcome.Usage("--aud and --any-aud are both given", "--any-aud checks no audience: leave one of the two out")
	case len(aud) > 0:
		e.Config.Audience, e.Config.AlsoAccept = aud[0], aud[1:]
	}
	return nil
}

// Positive reads the time span of a flag, which must be more than zero, into to.
func Positive(c *cli.Context, name string, to *time.Duration) error {
	text := c.String(name)
	if text == "" {
		return nil
	}
	d, err := timetext.ParseDuration(text)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%s is not more than nothing", text)
	}
	if err != nil {
		return outcome.Usage("--"+name+": "+err.Error(), "as in --"+name+" 30s")
	}
	*to = d
	return nil
}

// SameValue reports whether two JSON values are equal: numbers by their exact text,
// objects without regard to order, strings without regard to escapes.
func SameValue(a, b jsontext.Value) bool {
	return canonicalJSON(a) == canonicalJSON(b)
}

func canonicalJSON(v jsontext.Value) string {
	v = v.Clone()
	if err := v.Canonicalize(jsontext.CanonicalizeRawInts(false), jsontext.CanonicalizeRawFloats(false)); err != nil {
		return ""
	}
	return string(v)
}
