package main

import (
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// thumbprintURI begins the URI of an RFC 9278 thumbprint.
const thumbprintURI = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"

func keyThumbprintCommand(env *app) *cli.Command {
	return &cli.Command{
		Name:      "thumbprint",
		Usage:     "print the RFC 7638 thumbprint, the usual kid",
		ArgsUsage: "KEY...",
		UsageText: "key thumbprint signing.pem.pub\nkey thumbprint --uri signing.pem\nkey thumbprint jwks.json",
		Description: "One line for each key, the SHA-256 thumbprint in base64url. It is the same for a private key and its public" +
			" half. Of several keys each line has the name of the file too. A secret has none: a hash of a secret is" +
			" not published.",
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "uri", Usage: "as a URI (RFC 9278)"},
		}, passphraseFlags()...),
		Action: action(env, runThumbprint),
	}
}

// thumbprintDocument is key thumbprint under --json.
type thumbprintDocument struct {
	Schema string       `json:"schema"`
	Keys   []thumbprint `json:"keys"`
}

type thumbprint struct {
	Path       string `json:"path"`
	ID         string `json:"kid,omitempty"`
	Thumbprint string `json:"thumbprint"`
}

func runThumbprint(env *app, c *cli.Context) error {
	d := thumbprintDocument{Schema: "loginctl.key-thumbprint/1"}
	for _, name := range c.Args().Slice() {
		found, err := thumbprints(env, c, name)
		if err != nil {
			return err
		}
		d.Keys = append(d.Keys, found...)
	}
	for i := range d.Keys {
		k := &d.Keys[i]
		if c.Bool("uri") {
			k.Thumbprint = thumbprintURI + k.Thumbprint
		}
		switch {
		case env.json:
		case len(d.Keys) > 1:
			fmt.Fprintf(&env.result, "%s  %s\n", k.Thumbprint, escape(k.Path))
		default:
			fmt.Fprintln(&env.result, k.Thumbprint)
		}
	}
	if env.json {
		env.writeJSON(d)
	}
	return nil
}

// thumbprints are those of the keys in a file.
func thumbprints(env *app, c *cli.Context, name string) ([]thumbprint, error) {
	f, err := openKeyFile(env, name)
	if err != nil {
		return nil, err
	}
	defer clear(f.data)
	if f.info.Format == "JWK Set" {
		var found []thumbprint
		for _, k := range f.info.Keys {
			found = append(found, thumbprint{keyName(name), k.ID, k.Thumbprint})
		}
		return found, nil
	}
	if f.info.Type == "oct" {
		return nil, &keyError{fmt.Errorf("%s: %w: a hash of a secret is not published", keyName(name), keys.ErrNotPublic)}
	}
	key, err := openPublic(env, c, f.data, f.info, name)
	if err != nil {
		return nil, &keyError{err}
	}
	return []thumbprint{{keyName(name), key.ID(), key.Thumbprint()}}, nil
}
