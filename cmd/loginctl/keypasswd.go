package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/urfave/cli/v2"
)

func (a *app) keyPasswdCommand() *cli.Command {
	return &cli.Command{
		Name:      "passwd",
		Usage:     "change, add or remove the passphrase of a key file",
		ArgsUsage: "KEY",
		UsageText: "key passwd signing.pem\n" +
			"key passwd k.pem --passphrase-file old --new-passphrase-file new\n" +
			"key passwd signing.pem --no-passphrase",
		Description: "The file is replaced in one step and keeps its mode; the key in it stays the same, so nothing that" +
			" uses its public half notices. It is encrypted at today's cost, whatever it was before, and becomes PKCS #8.",
		Flags:  append(newPassphraseFlags(), passphraseFlags()...),
		Action: a.start(a.keyPasswd),
	}
}

func (a *app) keyPasswd(c *cli.Context) error {
	name := c.Args().First()
	if name == "-" {
		return usage("key passwd changes a file, not standard input", "for a pipe: "+program+" key convert -")
	}
	if err := refuseLink(name); err != nil {
		return err
	}
	f, err := a.open(name)
	if err != nil {
		return err
	}
	defer clear(f.data)
	plain := c.Bool("no-passphrase")
	switch {
	case plain && givesNewPassphrase(c):
		return usage("--no-passphrase and a new passphrase are both given", giveOnce)
	case !f.info.Private:
		return &keyError{fmt.Errorf("%s: %w: there is nothing to encrypt", name, keys.ErrNotPrivate)}
	case f.info.Format == "JWK":
		return failed(keys.ErrUnsupported, name+": a JWK cannot be encrypted",
			"write it as PEM: "+program+" key convert "+quoteShell(name)+" -o FILE")
	}
	data, key, err := a.reencrypt(c, f, plain)
	if err != nil {
		return err
	}
	defer clear(data)
	err = keyfile.Update(name, func(old []byte) ([]byte, error) {
		if !bytes.Equal(old, f.data) {
			return nil, failed(keyfile.ErrBusy, name+" was changed by somebody else meanwhile, and is left alone")
		}
		return data, nil
	})
	if err != nil {
		return err
	}
	a.saidOfPasswd(f, key, plain)
	return nil
}

// reencrypt returns the key of f as the file is to be.
func (a *app) reencrypt(c *cli.Context, f *keyFile, plain bool) ([]byte, *keys.SigningKey, error) {
	key, secret, err := a.unlock(c, f)
	if err != nil {
		return nil, nil, err
	}
	clear(secret)
	var data []byte
	switch {
	case plain && !f.info.Encrypted:
		return bytes.Clone(f.data), key, nil
	case plain:
		data, err = keys.MarshalPKCS8(key)
	default:
		if secret, err = a.newPassphrase(c, f.name, !f.info.Encrypted); err != nil {
			return nil, nil, err
		}
		defer clear(secret)
		data, err = keys.MarshalEncrypted(key, secret, kdf(c))
	}
	if err != nil {
		return nil, nil, &keyError{fmt.Errorf("encrypting %s: %w", f.name, err)}
	}
	return data, key, nil
}

func (a *app) saidOfPasswd(f *keyFile, key *keys.SigningKey, plain bool) {
	mode := "0600"
	if info, err := os.Stat(f.name); err == nil {
		mode = fmt.Sprintf("%04o", info.Mode().Perm())
	}
	if a.json {
		d := describe("loginctl.key-passwd/1", "pem", key.VerificationKey())
		d.Private, d.Encrypted = true, !plain
		d.Files = append(d.Files, fileWritten{f.name, mode, true})
		a.writeJSON(d)
	}
	done := "its passphrase is changed"
	switch {
	case plain && !f.info.Encrypted:
		done = "it had no passphrase; nothing is changed"
	case plain:
		done = "it has no passphrase any more"
	case !f.info.Encrypted:
		done = "it is encrypted now"
	}
	a.note("%s: %s (mode %s)", escape(f.name), done, mode)
}
