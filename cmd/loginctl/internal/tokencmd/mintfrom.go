package tokencmd

import (
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/urfave/cli/v2"
)

// takeOver adds the claims of the token of --from that are not given otherwise. Its
// times and its identifier are those of the old token, and are left out.
func takeOver(env *terminal.Env, c *cli.Context, set *claimSet) error {
	source := c.String("from")
	if source == "" {
		return nil
	}
	text, err := input.TokenFrom(env, strings.TrimPrefix(source, "@"))
	if err != nil {
		return err
	}
	if text, err = input.CleanToken(text); err != nil {
		return err
	}
	token, err := decodeToken(text)
	if err != nil {
		return err
	}
	members, err := input.ParseObject(token.Payload)
	if err != nil {
		return fmt.Errorf("the claims of --from: %v: %w", err, login.ErrMalformed)
	}
	given := givenByFlags(c)
	for _, m := range members {
		if _, twice := set.values[m.Name]; twice || given[m.Name] {
			continue
		}
		if err := set.add(m.Name, m.Value, "--from"); err != nil {
			return err
		}
	}
	header, _ := input.ReadMembers(token.Header)
	set.typ, _ = header.Text("typ")
	env.Warn("the claims of --from were not verified: you sign them as they are")
	return nil
}

// givenByFlags returns the claims that a token of --from does not decide.
func givenByFlags(c *cli.Context) map[string]bool {
	given := map[string]bool{"iat": true, "nbf": true, "exp": true, "jti": true, "aud": c.IsSet("aud")}
	for _, name := range []string{"scopes", "scope", "scp"} {
		given[name] = c.IsSet("scopes")
	}
	return given
}
