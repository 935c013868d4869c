package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/urfave/cli/v2"
)

func (a *app) keyCommand() *cli.Command {
	return &cli.Command{
		Name:  "key",
		Usage: "inspect, convert and re-encrypt key files",
		UsageText: "key inspect signing.pem\nkey public signing.pem --format jwk\nkey passwd signing.pem\n" +
			"key match signing.pem signing.pem.pub",
		Subcommands: []*cli.Command{
			a.keyInspectCommand(),
			a.keyPublicCommand(),
			a.keyConvertCommand(),
			a.keyPasswdCommand(),
			a.keyThumbprintCommand(),
			a.keyMatchCommand(),
		},
	}
}

// outFlags choose where a key is written.
func outFlags() []cli.Flag {
	return []cli.Flag{
		fileFlag("out", "", "`FILE` to write (default standard output)", "o"),
		&cli.BoolFlag{Name: "force", Aliases: []string{"f"}, Usage: "replace a file that exists"},
	}
}

// bindFlags state what a key file may leave open.
func bindFlags() []cli.Flag {
	return append([]cli.Flag{
		algFlag("`ALG` the key is for, if it can do several", "alg"),
		&cli.StringFlag{Name: "kid", Category: keyCategory, Usage: "key `ID` (default the file's, or the RFC 7638 thumbprint)"},
	}, passphraseFlags()...)
}

// keyFile is a key file as it was read.
type keyFile struct {
	name string
	data []byte
	info *keys.Info
}

// open reads a key file without its passphrase.
func (a *app) open(name string) (*keyFile, error) {
	data, err := a.readKey(name, "the key")
	if err != nil {
		return nil, &keyError{fmt.Errorf("reading %s: %w", keyName(name), reason(err))}
	}
	info, err := inspectKey(data, name)
	if err != nil {
		return nil, err
	}
	return &keyFile{name, data, info}, nil
}

// publicKey reads the public half of a key file, bound to --alg and --kid.
func (a *app) publicKey(c *cli.Context, name string) (*keys.VerificationKey, error) {
	f, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer clear(f.data)
	key, err := a.openPublic(c, f.data, f.info, name)
	if err != nil {
		return nil, &keyError{err}
	}
	return bind(c, key)
}

// refuseLink refuses a symbolic link before anybody is asked for a passphrase:
// replacing it would leave the file it points to as it is.
func refuseLink(name string) error {
	info, err := os.Lstat(name)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		return nil // a missing file is found by who reads it
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		target = "FILE"
	}
	return failed(keyfile.ErrNotRegular, name+" is a symbolic link, which is not replaced",
		"name the file it points to: "+quoteShell(target))
}

// keyDocument is a command that writes a key, under --json. Key is the key
// itself, only where no file was asked for.
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
}

func describe(schema, format string, key *keys.VerificationKey) keyDocument {
	return keyDocument{
		Schema: schema, Format: format, Alg: key.Algorithm().String(), Type: key.Algorithm().Type(),
		Bits: key.Bits(), ID: key.ID(), Files: []fileWritten{},
	}
}

// deliver writes a key to --out, or to standard output.
func (a *app) deliver(c *cli.Context, d keyDocument, data []byte) error {
	data = append(bytes.TrimSuffix(data, []byte("\n")), '\n')
	out := c.String("out")
	if out == "" || out == "-" {
		if d.Private && !d.Encrypted && isTerminal(a.stdout) {
			return usage("an unencrypted private key is not shown on a terminal", "write it to a file: -o FILE")
		}
		d.Key = string(data)
		if a.json {
			a.writeJSON(d)
		} else {
			a.result.Write(data)
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
	if a.json {
		a.writeJSON(d)
	}
	a.note("wrote %s  %s", escape(out), d.summary())
	return nil
}

// summary says in a few words what was written.
func (d keyDocument) summary() string {
	switch {
	case !d.Private:
		return "public, " + d.Format
	case d.Encrypted:
		return "private, " + d.Format + ", encrypted, mode 0600"
	}
	return "private, " + d.Format + ", not encrypted, mode 0600"
}
