package keycmd

import (
	"bytes"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

func keyPasswdCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "passwd",
		Usage:     "change, add or remove the passphrase of a key file",
		ArgsUsage: "KEY",
		UsageText: `
			key passwd signing.pem
			key passwd k.pem --passphrase-file old --new-passphrase-file new
			key passwd signing.pem --no-passphrase`,
		Description: `
			The file is replaced in one step and keeps its mode; the key in it stays the
			same, so nothing that uses its public half notices. It becomes PKCS #8,
			encrypted at today's cost.`,
		Flags: append(append(input.NewPassphraseFlags(),
			&cli.BoolFlag{Name: "dry-run", Usage: "check the passphrases, and leave the file as it is"}), input.PassphraseFlags()...),
		Action: cmdline.Action(env, runPasswd),
	}
}

func runPasswd(env *terminal.Env, c *cli.Context) error {
	name := c.Args().First()
	if name == "-" {
		return outcome.Usage("key passwd changes a file, not standard input", "for a pipe: "+outcome.Program()+" key convert -")
	}
	if err := input.RefuseLink(name); err != nil {
		return err
	}
	f, err := input.OpenKeyFile(env, name)
	if err != nil {
		return err
	}
	defer clear(f.Data)
	plain := c.Bool("no-passphrase")
	switch {
	case plain && input.GivesNewPassphrase(c):
		return outcome.Usage("--no-passphrase and a new passphrase are both given", cmdline.GiveOnce)
	case !f.Info.Private:
		return outcome.KeyError(fmt.Errorf("%s: %w: there is nothing to encrypt", name, keys.ErrNoSigningKey))
	case f.Info.Format == "JWK":
		return outcome.Failed(keys.ErrUnsupported, name+": a JWK cannot be encrypted",
			"write it as PEM: "+outcome.Program()+" key convert "+terminal.QuoteShell(name)+" -o FILE")
	}
	data, key, err := reencrypt(env, c, f, plain)
	if err != nil {
		return err
	}
	defer clear(data)
	if c.Bool("dry-run") {
		reportPasswd(env, f, key, plain, true)
		return nil
	}
	err = keyfile.Update(name, func(old []byte) ([]byte, error) {
		if !bytes.Equal(old, f.Data) {
			return nil, outcome.Failed(keyfile.ErrBusy, name+" was changed by another process meanwhile, and is left alone")
		}
		return data, nil
	})
	if err != nil {
		return err
	}
	reportPasswd(env, f, key, plain, false)
	return nil
}

// reencrypt returns the new content of the file, and its key.
func reencrypt(env *terminal.Env, c *cli.Context, f *input.KeyFile, plain bool) ([]byte, *keys.SigningKey, error) {
	key, secret, err := input.UnlockKey(env, c, f)
	if err != nil {
		return nil, nil, err
	}
	clear(secret)
	var data []byte
	switch {
	case plain && !f.Info.Encrypted:
		return bytes.Clone(f.Data), key, nil
	case plain:
		data, err = keys.MarshalPKCS8(key)
	default:
		if secret, err = input.ReadNewPassphrase(env, c, f.Name, !f.Info.Encrypted); err != nil {
			return nil, nil, err
		}
		defer clear(secret)
		data, err = keys.MarshalEncrypted(key, secret, input.KDF(c))
	}
	if err != nil {
		return nil, nil, outcome.KeyError(fmt.Errorf("encrypting %s: %w", f.Name, err))
	}
	return data, key, nil
}

func reportPasswd(env *terminal.Env, f *input.KeyFile, key *keys.SigningKey, plain, dry bool) {
	mode := "0600"
	if info, err := os.Stat(f.Name); err == nil {
		mode = fmt.Sprintf("%04o", info.Mode().Perm())
	}
	if env.JSON {
		d := newKeyDocument("loginctl.key-passwd/1", "pem", key.VerificationKey())
		d.Private, d.Encrypted, d.DryRun = true, !plain, dry
		d.Files = append(d.Files, fileWritten{f.Name, mode, true})
		env.WriteJSON(d)
	}
	if dry {
		env.Note("dry run: %s is not changed", terminal.Escape(f.Name))
		return
	}
	done := "its passphrase is changed"
	switch {
	case plain && !f.Info.Encrypted:
		done = "it had no passphrase; nothing is changed"
	case plain:
		done = "it has no passphrase any more"
	case !f.Info.Encrypted:
		done = "it is encrypted now"
	}
	env.Note("%s: %s (mode %s)", terminal.Escape(f.Name), done, mode)
}
