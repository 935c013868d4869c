package tokencmd

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/login"
)

// mintClaims collects the claims from the argument and the flags.
func mintClaims(env *terminal.Env, c *cli.Context) (*claimSet, error) {
	set := newClaimSet()
	if arg := c.Args().First(); arg != "" {
		text, err := claimsText(env, arg)
		if err != nil {
			return nil, err
		}
		if err := set.addObject(text); err != nil {
			return nil, err
		}
	} else if err := pipedClaims(env, set); err != nil {
		return nil, err
	}
	for _, pair := range c.StringSlice("claim") {
		name, value, err := input.ParsePair(pair)
		if err != nil {
			return nil, outcome.Usage(fmt.Sprintf("--claim: %v", err), input.PairForms)
		}
		if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "[]") {
			return nil, outcome.Usage("--claim of mint takes the name of a claim, not a path", `write the whole claim as JSON, as in --claim 'realm_access:={"roles":["admin"]}'`)
		}
		if err := set.add(name, value, "--claim"); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"sub", "iss", "jti"} {
		if err := set.addText(name, c.String(name), "--"+name); err != nil {
			return nil, err
		}
	}
	return set, takeOver(env, c, set)
}

// pipedClaims adds the claims on standard input, if there is something on it.
func pipedClaims(env *terminal.Env, set *claimSet) error {
	text, err := input.PipedInput(env, "the claims", input.MaxClaims)
	if err != nil || len(text) == 0 {
		return err
	}
	return set.addObject(text)
}

// claimsText returns the JSON of CLAIMS, which is that text, @FILE or "-".
func claimsText(env *terminal.Env, arg string) ([]byte, error) {
	switch {
	case env.Literals > 0:
		return []byte(arg), nil // behind -- an argument is the JSON itself
	case arg == "-":
		return input.ReadStdin(env, "the claims", input.MaxClaims)
	case strings.HasPrefix(arg, "@"):
		return input.ReadNamed(env, arg[1:], "the claims", input.MaxClaims)
	}
	return []byte(arg), nil
}

// readGrant sorts the claims into fields of the grant and custom claims.
func readGrant(env *terminal.Env, c *cli.Context, set *claimSet) (login.Grant, login.Config, error) {
	g := login.Grant{Type: c.String("typ")}
	if g.Type == "" {
		g.Type = set.typ
	}
	config := login.Config{Now: env.Now}
	steps := []func() error{
		func() error { return stringClaim(set, "sub", &g.Subject) },
		func() error { return stringClaim(set, "jti", &g.ID) },
		func() error { return stringClaim(set, "iss", &config.Issuer) },
		func() error { return audienceClaim(c, set, &g) },
		func() error { return scopeClaim(c, set, &g, &config) },
		func() error { return grantExpiry(env, c, set, &g) },
		func() error { return grantNotBefore(env, c, set, &g) },
		func() error { return headerFlags(c, &g) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return g, config, err
		}
	}
	if set.take("iat") != nil {
		return g, config, outcome.Usage("iat is the time of minting and cannot be given", "to mint as of another time: --at TIME")
	}
	if len(set.values) > 0 {
		g.Custom = set.values
	}
	return g, config, nil
}

func stringClaim(set *claimSet, name string, to *string) error {
	value := set.take(name)
	if value != nil && (value.Kind() != '"' || json.Unmarshal(value, to) != nil || *to == "") {
		return outcome.Usage(fmt.Sprintf("the claim %s must be a string that is not empty", name), "as in --"+name+" TEXT")
	}
	return nil
}

// listClaim reads a claim that is a list of strings, or a string. If split, the string
// is a list separated by blanks.
func listClaim(value jsontext.Value, name string, split bool) ([]string, error) {
	var list []string
	var text string
	switch {
	case value.Kind() == '[' && json.Unmarshal(value, &list) == nil:
		return list, nil
	case value.Kind() == '"' && json.Unmarshal(value, &text) == nil:
		if split {
			return strings.Fields(text), nil
		}
		return []string{text}, nil
	}
	return nil, outcome.Usage(fmt.Sprintf("the claim %s must be a string or a list of strings", name), `as in {"`+name+`":["a","b"]}`)
}

func audienceClaim(c *cli.Context, set *claimSet, g *login.Grant) (err error) {
	g.Audience = c.StringSlice("aud")
	value := set.take("aud")
	if value == nil {
		return nil
	}
	if len(g.Audience) > 0 {
		return outcome.Usage(`the claim "aud" is given twice: by `+set.origin["aud"]+" and by --aud", cmdline.GiveOnce)
	}
	g.Audience, err = listClaim(value, "aud", false)
	return err
}

// scopeClaim reads the scopes from --scopes or from a claim. A claim keeps its name,
// unless --scope-claim states another.
func scopeClaim(c *cli.Context, set *claimSet, g *login.Grant, config *login.Config) error {
	form, given := c.String("scope-claim"), ""
	if values := c.StringSlice("scopes"); len(values) > 0 {
		given, g.Scopes = "--scopes", input.SplitList(values)
		if len(g.Scopes) == 0 {
			return outcome.Usage("the list of --scopes is empty", "as in --scopes read,write; for a token without scopes leave it out")
		}
	}
	for _, name := range []string{"scopes", "scope", "scp"} {
		value := set.take(name)
		if value == nil {
			continue
		}
		if given != "" {
			return outcome.Usage("scopes are given twice: by "+given+" and by the claim "+name, cmdline.GiveOnce)
		}
		list, err := listClaim(value, name, true)
		if err != nil {
			return err
		}
		given, g.Scopes = "the claim "+name, list
		if form == "" {
			form = name
		}
	}
	switch form {
	case "scope":
		config.ScopeClaim = "scope"
	case "scp":
		config.ScopeClaim = "scp"
	}
	return nil
}

func headerFlags(c *cli.Context, g *login.Grant) error {
	for _, pair := range c.StringSlice("header") {
		name, value, err := input.ParsePair(pair)
		if err != nil {
			return outcome.Usage("--header: "+err.Error(), input.PairForms)
		}
		if name == "alg" || name == "kid" || name == "typ" {
			return outcome.Usage("--header does not set "+name, "it has its own flag: --"+name)
		}
		if _, ok := g.Header[name]; ok {
			return outcome.Usage("the header "+terminal.Shorten(name)+" is given twice", cmdline.GiveOnce)
		}
		if g.Header == nil {
			g.Header = map[string]any{}
		}
		g.Header[name] = value
	}
	return nil
}
