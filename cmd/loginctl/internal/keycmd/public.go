package keycmd

import (
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

func keyPublicCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "public",
		Usage:     "write the public half of a key",
		ArgsUsage: "KEY",
		UsageText: `
			key public signing.pem -o signing.pem.pub
			key public signing.pem --format jwks -o jwks.json
			key public certificate.pem --format jwk --alg PS256`,
		Description: `
			KEY is a private key, a public key or a certificate, - for standard input. An
			HMAC secret has no public half.`,
		Flags: slices.Concat([]cli.Flag{
			cmdline.Choice("format", "pem", "`FORMAT` how the key is written", "pem", "jwk", "jwks"),
		}, OutFlags(), input.BindFlags()),
		Action: cmdline.Action(env, runPublic),
	}
}

func runPublic(env *terminal.Env, c *cli.Context) error {
	key, err := input.PublicKey(env, c, c.Args().First())
	if err != nil {
		return err
	}
	format := c.String("format")
	data, err := marshalPublic(key, format)
	if err != nil {
		return outcome.KeyError(err)
	}
	return deliverKey(env, c, newKeyDocument("loginctl.key-public/1", format, key), data)
}

func marshalPublic(key *keys.VerificationKey, format string) ([]byte, error) {
	switch format {
	case "jwk":
		return keys.MarshalPublicJWK(key)
	case "jwks":
		return keys.MarshalJWKS(key)
	}
	return keys.MarshalPublic(key)
}
