package input

import (
	"fmt"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// UnlockKey returns the private key of f, and its passphrase if it is encrypted. The
// caller clears the passphrase.
func UnlockKey(env *terminal.Env, c *cli.Context, f *KeyFile) (key *keys.SigningKey, secret []byte, err error) {
	if !f.Info.Encrypted {
		key, err = OpenPrivate(env, c, f.Data, f.Name)
	} else if secret, err = ReadPassphrase(env, c, KeyName(f.Name), false); err == nil {
		if key, err = keys.ParseEncrypted(f.Data, secret); err != nil {
			err = fmt.Errorf("reading %s: %w", KeyName(f.Name), err)
		}
	}
	if err != nil {
		clear(secret)
		return nil, nil, outcome.KeyError(err)
	}
	return key, secret, nil
}
