package input

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

// promptTries is how often a passphrase is asked for that turns out to be wrong.
const promptTries = 3

// Decrypt reads an encrypted key, and returns its passphrase too. At a prompt a wrong
// passphrase is asked for again; that of a file or a variable would be the same.
func Decrypt(env *terminal.Env, c *cli.Context, data []byte, file string) (*keys.SigningKey, []byte, error) {
	for try := 1; ; try++ {
		secret, err := ReadPassphrase(env, c, KeyName(file), false)
		if err != nil {
			return nil, nil, err
		}
		key, err := keys.ParseEncrypted(data, secret)
		if err == nil {
			return key, secret, nil
		}
		clear(secret)
		typed := asksForPassphrase(env, c)
		if !typed || try == promptTries || !errors.Is(err, keys.ErrWrongPassphrase) {
			return nil, nil, wrongPassphrase(fmt.Errorf("reading %s: %w", KeyName(file), err), typed)
		}
		env.Warn("wrong passphrase, try again")
	}
}

// asksForPassphrase reports whether the passphrase comes from a prompt.
func asksForPassphrase(env *terminal.Env, c *cli.Context) bool {
	from := c.String("passphrase-from")
	return from == "prompt" || !PassphraseGiven(env, c)
}

// wrongPassphrase gives an error about a passphrase that was typed a hint about typing.
func wrongPassphrase(err error, typed bool) error {
	if !typed || !errors.Is(err, keys.ErrWrongPassphrase) {
		return err
	}
	return outcome.Failed(keys.ErrWrongPassphrase, err.Error(), "type it again; check the keyboard's layout and Caps Lock")
}

// UnlockKey returns the private key of f, and its passphrase if it is encrypted. The
// caller clears the passphrase.
func UnlockKey(env *terminal.Env, c *cli.Context, f *KeyFile) (key *keys.SigningKey, secret []byte, err error) {
	if !f.Info.Encrypted {
		key, err = OpenPrivate(env, c, f.Data, f.Name)
	} else {
		key, secret, err = Decrypt(env, c, f.Data, f.Name)
	}
	if err != nil {
		clear(secret)
		return nil, nil, outcome.KeyError(err)
	}
	return key, secret, nil
}
