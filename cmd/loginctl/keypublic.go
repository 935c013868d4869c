package main

import (
	"slices"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

func keyPublicCommand(env *app) *cli.Command {
	return &cli.Command{
		Name:      "public",
		Usage:     "write the public half of a key",
		ArgsUsage: "KEY",
		UsageText: "key public signing.pem -o signing.pem.pub\nkey public signing.pem --format jwks -o jwks.json\n" +
			"key public certificate.pem --format jwk --alg PS256",
		Description: "KEY is a private key, a public key or a certificate, - for standard input. An HMAC secret has no public half.",
		Flags: slices.Concat([]cli.Flag{
			choice("format", "pem", "`FORMAT` to write", "pem", "jwk", "jwks"),
		}, outFlags(), bindFlags()),
		Action: action(env, runPublic),
	}
}

func runPublic(env *app, c *cli.Context) error {
	key, err := publicKey(env, c, c.Args().First())
	if err != nil {
		return err
	}
	format := c.String("format")
	data, err := marshalPublic(key, format)
	if err != nil {
		return &keyError{err}
	}
	return deliverKey(env, c, describe("loginctl.key-public/1", format, key), data)
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
