package tokencmd

import (
	"testing"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// TestLifetimeIsExact checks that a span becomes the lifetime at any time of signing, and
// that a start of now is not after it.
func TestLifetimeIsExact(t *testing.T) {
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1800000000, 700_000_000)
	env := terminal.New(nil, nil, nil, nil)
	env.Now = func() time.Time { return now }
	for _, test := range []struct {
		expires string
		want    float64
	}{{"12h", 43200}, {"1500ms", 1}, {"90s", 90}} {
		var g login.Grant
		command := cmdline.App(env, MintCommand(env))
		command.Commands[0].Action = func(c *cli.Context) error {
			var err error
			g, _, err = readGrant(env, c, newClaimSet())
			return err
		}
		if err := command.Run([]string{outcome.Program(), "mint", "--expires", test.expires, "--not-before", "now"}); err != nil {
			t.Fatal(err)
		}
		issuer, err := login.NewIssuer(key, login.Config{Now: func() time.Time { return now.Add(37500 * time.Millisecond) }})
		if err != nil {
			t.Fatal(err)
		}
		_, claims, err := issuer.Preview(g)
		if err != nil {
			t.Fatal(err)
		}
		m, err := input.ReadMembers(claims)
		if err != nil {
			t.Fatal(err)
		}
		exp, _ := m.Number("exp")
		iat, _ := m.Number("iat")
		if nbf, _ := m.Number("nbf"); exp-iat != test.want || nbf != 1800000000 {
			t.Errorf("%s: exp %v, iat %v, nbf %v", test.expires, exp, iat, nbf)
		}
	}
}
