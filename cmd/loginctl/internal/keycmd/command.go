// Package keycmd has the commands keygen and key, which make, show and change key files.
package keycmd

import (
	"bytes"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Command makes the group key.
func Command(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:  "key",
		Usage: "inspect, convert and re-encrypt key files",
		UsageText: `
			key inspect signing.pem
			key public signing.pem --format jwk
			key passwd signing.pem
			key match signing.pem signing.pem.pub`,
		Subcommands: []*cli.Command{
			keyInspectCommand(env),
			keyPublicCommand(env),
			keyConvertCommand(env),
			keyPasswdCommand(env),
			keyThumbprintCommand(env),
			keyMatchCommand(env),
		},
	}
}

// OutFlags returns the flags that choose where a key is written.
func OutFlags() []cli.Flag {
	return []cli.Flag{
		cmdline.FileFlag("out", "", "`FILE` where it is written (default standard output)", "o", "output"),
		&cli.BoolFlag{Name: "force", Aliases: []string{"f"}, Usage: "replace a file that exists"},
	}
}

// keyDocument is the output under --json of a command that writes a key. Key is the key
// itself; it is empty if the key was written to a file.
type keyDocument struct {
	Schema    string        `json:"schema"`
	Alg       string        `json:"alg,omitempty"`
	Type      string        `json:"kty,omitempty"`
	Bits      int           `json:"bits,omitzero"`
	ID        string        `json:"kid,omitempty"`
	Format    string        `json:"format"`
	Private   bool          `json:"private"`
	Encrypted bool          `json:"encrypted"`
	Files     []fileWritten `json:"files"`
	Key       string        `json:"key,omitempty"`
	DryRun    bool          `json:"dry_run,omitzero"`
}

func newKeyDocument(schema, format string, key *keys.VerificationKey) keyDocument {
	return keyDocument{
		Schema: schema, Format: format, Alg: key.Algorithm().String(), Type: key.Algorithm().Type(),
		Bits: key.Bits(), ID: key.ID(), Files: []fileWritten{},
	}
}

// deliverKey writes a key to --out, or to standard output.
func deliverKey(env *terminal.Env, c *cli.Context, d keyDocument, data []byte) error {
	data = append(bytes.TrimSuffix(data, []byte("\n")), '\n')
	out := c.String("out")
	if out == "" || out == "-" {
		if d.Private && !d.Encrypted && terminal.IsTerminal(env.Stdout) {
			return outcome.Usage("an unencrypted private key is not shown on a terminal", "write it to a file: -o FILE")
		}
		if d.Private {
			if err := env.CheckPrivateOut(); err != nil {
				return err
			}
		}
		d.Key = string(data)
		if env.JSON {
			env.WriteJSON(d)
		} else {
			env.Result.Write(data)
		}
		return nil
	}
	save, mode := keyfile.SavePublic, "0644"
	if d.Private {
		save, mode = keyfile.SavePrivate, "0600"
	}
	if err := save(out, data, c.Bool("force")); err != nil {
		return err
	}
	d.Files = append(d.Files, fileWritten{out, mode, d.Private})
	if env.JSON {
		env.WriteJSON(d)
	}
	env.Note("wrote %s  %s", terminal.Escape(out), d.summary())
	return nil
}

// summary describes a written key in a few words.
func (d keyDocument) summary() string {
	switch {
	case !d.Private:
		return "public, " + d.Format
	case d.Encrypted:
		return "private, " + d.Format + ", encrypted" + terminal.ModeNote()
	}
	return "private, " + d.Format + ", not encrypted" + terminal.ModeNote()
}
