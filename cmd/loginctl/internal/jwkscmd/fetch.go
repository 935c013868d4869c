package jwkscmd

import (
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/keycmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/remoteset"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

func jwksFetchCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "fetch",
		Usage:     "save the key set that an issuer publishes",
		ArgsUsage: "URL|ISSUER",
		UsageText: `
			jwks fetch https://id.example.com -o issuer.json
			jwks fetch https://id.example.com/jwks > issuer.json`,
		Description: `
			Reads the set over https, from its URL or from an issuer, whose metadata name
			it (OpenID Connect Discovery, RFC 8414). http is for this machine only, and
			redirects are not followed. A set that holds a private part is refused. The
			exit code is 8 if the issuer cannot be reached within 10 seconds.`,
		Flags:  append(keycmd.OutFlags(), input.CacheFlag()),
		Action: cmdline.Action(env, runFetch),
	}
}

func runFetch(env *terminal.Env, c *cli.Context) error {
	address := c.Args().First()
	if !remoteset.IsURL(address) {
		return outcome.Usage(terminal.Shorten(address)+" is not a URL", "give the whole address, as in https://id.example.com")
	}
	found, err := remoteset.Find(c.Context, env, address, c.Bool("no-cache"))
	if err != nil {
		return err
	}
	set, err := readKeySet(found.Body)
	if err != nil {
		return outcome.KeyError(err)
	}
	return writeNew(c, env, "fetch", set)
}
