package input

import (
	"errors"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

// NewPassphraseFlags returns the flags for encrypting a private key that is written
// again.
func NewPassphraseFlags() []cli.Flag {
	return []cli.Flag{
		cmdline.FileFlag("new-passphrase-file", cmdline.KeyCategory, "`SOURCE` the new passphrase"),
		&cli.StringFlag{Name: "new-passphrase-from", Category: cmdline.KeyCategory,
			Usage: "`SOURCE` the new passphrase, or the word prompt to be asked"},
		&cli.BoolFlag{Name: "no-passphrase", Category: cmdline.KeyCategory, Usage: "leave the private key unencrypted"},
		cmdline.Choice("kdf", "pbkdf2", "`KDF` how the encryption key is derived from the passphrase", "pbkdf2", "scrypt"),
	}
}

// KDF returns the key derivation of --kdf.
func KDF(c *cli.Context) keys.KDF { return keys.KDF{Scrypt: c.String("kdf") == "scrypt"} }

// GivesNewPassphrase reports whether a flag names the source of a new passphrase.
func GivesNewPassphrase(c *cli.Context) bool {
	return c.IsSet("new-passphrase-file") || c.IsSet("new-passphrase-from")
}

// ReadNewPassphrase returns the passphrase to encrypt a key with. If plain, the key is
// not encrypted yet: then the flags and variables for the passphrase mean the new one.
func ReadNewPassphrase(env *terminal.Env, c *cli.Context, name string, plain bool) (secret []byte, err error) {
	file, from := c.String("new-passphrase-file"), c.String("new-passphrase-from")
	switch {
	case file != "" && from != "":
		return nil, outcome.Usage("--new-passphrase-file and --new-passphrase-from are both given", cmdline.GiveOnce)
	case file != "":
		secret, err = passphraseFile(env, file, "--new-passphrase-file")
	case from != "":
		secret, err = passphraseFrom(env, from, "--new-passphrase-from", name, true)
	case plain:
		return ReadPassphrase(env, c, name, true)
	default:
		secret, err = env.AskPassphrase(name, true)
	}
	var f *outcome.Failure
	if errors.As(err, &f) && f.Word == "passphrase_required" && file == "" && from == "" {
		f.Hints = []string{"give the new one with --new-passphrase-file FILE", "for a key without one: --no-passphrase"}
	}
	if err != nil {
		return nil, err
	}
	warnIfShort(env, secret)
	return secret, checkPassphrase(secret)
}

// warnIfShort warns of a short new passphrase. The passphrase of an existing key is not
// checked.
func warnIfShort(env *terminal.Env, secret []byte) {
	const least = 8
	if n := utf8.RuneCount(secret); n > 0 && n < least {
		env.Warn("the passphrase has fewer than %d characters: a thief of the file can try them all", least)
	}
}
