package keycmd

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

// thumbprintURI is the prefix of the URI of a thumbprint (RFC 9278).
const thumbprintURI = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"

func keyThumbprintCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "thumbprint",
		Usage:     "print the RFC 7638 thumbprint, the usual kid",
		ArgsUsage: "KEY...",
		UsageText: `
			key thumbprint signing.pem.pub
			key thumbprint --uri signing.pem
			key thumbprint jwks.json
			key thumbprint https://id.example.com/jwks`,
		Description: `
			Prints one line for each key, the SHA-256 thumbprint in base64url. It is the
			same for a private key and its public half. --format spki-sha256 prints SHA256:
			and the SHA-256 of the SubjectPublicKeyInfo in base64, as Snowflake shows it.
			With several keys each line has the name of the file too. A secret is refused:
			its hash must not be published. KEY may be the https URL of a key set.`,
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "uri", Usage: "print a URI (RFC 9278)"},
			cmdline.Choice("format", "rfc7638", "`FORMAT` the form of the thumbprint", "rfc7638", "spki-sha256"),
			input.CacheFlag(),
		}, input.PassphraseFlags()...),
		Action: cmdline.Action(env, runThumbprint),
	}
}

// thumbprintDocument is the output of key thumbprint under --json.
type thumbprintDocument struct {
	Schema string       `json:"schema"`
	Keys   []thumbprint `json:"keys"`
}

type thumbprint struct {
	Path       string `json:"path"`
	ID         string `json:"kid,omitempty"`
	Thumbprint string `json:"thumbprint,omitempty"`

	Failure *unreadFile `json:"error,omitempty"` // of a file that could not be read

	fingerprint string
}

func runThumbprint(env *terminal.Env, c *cli.Context) error {
	spki := c.String("format") == "spki-sha256"
	if spki && c.Bool("uri") {
		return outcome.Usage("--uri is for the thumbprint of RFC 7638", "leave --uri or --format out")
	}
	var failed failures
	d := thumbprintDocument{Schema: "loginctl.key-thumbprint/1"}
	for _, name := range c.Args().Slice() {
		found, err := thumbprints(env, c, name)
		if err != nil {
			found = []thumbprint{{Path: input.KeyName(name), Failure: failed.add(env, name, err)}}
		}
		d.Keys = append(d.Keys, found...)
	}
	files := c.Args().Len()
	if files == 1 && failed.first != nil {
		return failed.first
	}
	for i := range d.Keys {
		k := &d.Keys[i]
		if k.Failure != nil {
			continue
		}
		switch {
		case spki:
			k.Thumbprint = k.fingerprint
		case c.Bool("uri"):
			k.Thumbprint = thumbprintURI + k.Thumbprint
		}
		switch {
		case env.JSON:
		case len(d.Keys) > 1:
			fmt.Fprintf(&env.Result, "%s  %s\n", k.Thumbprint, terminal.Escape(k.Path))
		default:
			fmt.Fprintln(&env.Result, k.Thumbprint)
		}
	}
	if env.JSON {
		env.WriteJSON(d)
	}
	return failed.of(files)
}

// thumbprints returns the thumbprints of the keys in a file.
func thumbprints(env *terminal.Env, c *cli.Context, name string) ([]thumbprint, error) {
	f, err := input.OpenKeyOrSet(env, c, name)
	if err != nil {
		return nil, err
	}
	defer clear(f.Data)
	if len(f.Info.Keys) > 0 {
		var found []thumbprint
		for _, k := range f.Info.Keys {
			found = append(found, thumbprint{input.KeyName(name), k.ID, k.Thumbprint, nil, k.Fingerprint})
		}
		return found, nil
	}
	if f.Info.Type == "oct" {
		return nil, outcome.KeyError(fmt.Errorf("%s: %w: a hash of a secret is not published", input.KeyName(name), keys.ErrNotPublic))
	}
	key, err := input.OpenPublic(env, c, f.Data, f.Info, name)
	if err != nil {
		return nil, outcome.KeyError(err)
	}
	return []thumbprint{{input.KeyName(name), key.ID(), key.Thumbprint(), nil, key.Fingerprint()}}, nil
}
