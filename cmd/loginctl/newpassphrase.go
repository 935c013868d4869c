package main

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// newPassphraseFlags choose how a private key is encrypted when it is written again.
func newPassphraseFlags() []cli.Flag {
	return []cli.Flag{
		fileFlag("new-passphrase-file", keyCategory, "`FILE` with the new passphrase, - for standard input"),
		&cli.StringFlag{Name: "new-passphrase-from", Category: keyCategory,
			Usage: "`SOURCE` of the new passphrase: env:NAME, fd:N, file:F or prompt"},
		&cli.BoolFlag{Name: "no-passphrase", Category: keyCategory, Usage: "leave the private key unencrypted"},
		choice("kdf", "pbkdf2", "`KDF` that derives the encryption key from the passphrase", "pbkdf2", "scrypt"),
	}
}

func kdf(c *cli.Context) keys.KDF { return keys.KDF{Scrypt: c.String("kdf") == "scrypt"} }

func givesNewPassphrase(c *cli.Context) bool {
	return c.IsSet("new-passphrase-file") || c.IsSet("new-passphrase-from")
}

// passphraseIsNew reports whether the passphrase of an unencrypted key is the one
// that it is to be encrypted with.
func passphraseIsNew(c *cli.Context) bool {
	return findFlag(c.Command.Flags, "new-passphrase-file") != nil && !c.Bool("no-passphrase") && !givesNewPassphrase(c)
}

// unlock reads the private key of f, and returns its passphrase too if it has one.
func unlockKey(env *app, c *cli.Context, f *keyFile) (key *keys.SigningKey, secret []byte, err error) {
	if !f.info.Encrypted {
		key, err = openPrivate(env, c, f.data, f.name)
	} else if secret, err = readPassphrase(env, c, keyName(f.name), false); err == nil {
		if key, err = keys.ParseEncrypted(f.data, secret); err != nil {
			err = fmt.Errorf("reading %s: %w", keyName(f.name), err)
		}
	}
	if err != nil {
		clear(secret)
		return nil, nil, &keyError{err}
	}
	return key, secret, nil
}

// newPassphrase gets the passphrase that a key is to have. plain is whether it
// has none yet: then the flags and variables for the passphrase can only mean the new one.
func readNewPassphrase(env *app, c *cli.Context, name string, plain bool) (secret []byte, err error) {
	file, from := c.String("new-passphrase-file"), c.String("new-passphrase-from")
	switch {
	case file != "" && from != "":
		return nil, usage("--new-passphrase-file and --new-passphrase-from are both given", giveOnce)
	case file != "":
		secret, err = passphraseFile(env, file, "--new-passphrase-file")
	case from != "":
		secret, err = passphraseFrom(env, from, "--new-passphrase-from", name, true)
	case plain:
		return readPassphrase(env, c, name, true)
	default:
		secret, err = env.askPassphrase(name, true)
	}
	var f *failure
	if errors.As(err, &f) && f.word == "passphrase_required" && file == "" && from == "" {
		f.hints = []string{"give the new one with --new-passphrase-file FILE", "for a key without one: --no-passphrase"}
	}
	if err != nil {
		return nil, err
	}
	warnIfShort(env, secret)
	return secret, checkPassphrase(secret)
}

// warnIfShort warns of a new passphrase that encrypts next to nothing. The old
// one of a key is what it is.
func warnIfShort(env *app, secret []byte) {
	const least = 8
	if n := utf8.RuneCount(secret); n > 0 && n < least {
		env.warn("the passphrase has fewer than %d characters: whoever gets the file can try them all", least)
	}
}
