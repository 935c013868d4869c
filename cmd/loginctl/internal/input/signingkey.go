package input

import (
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// SigningKey loads the private key or the secret that the flags name.
func SigningKey(env *terminal.Env, c *cli.Context) (*keys.SigningKey, error) {
	file, secret, err := oneKey(c, "key", "secret-file")
	if err != nil {
		return nil, err
	}
	var key *keys.SigningKey
	if secret {
		key, err = ReadSecret(env, c, file)
	} else {
		key, err = privateKey(env, c, file)
	}
	if err != nil {
		return nil, outcome.KeyError(err)
	}
	return Bind(c, key)
}

// privateKey loads a private key, with its passphrase if it has one.
func privateKey(env *terminal.Env, c *cli.Context, file string) (*keys.SigningKey, error) {
	data, err := ReadKey(env, file, "the key")
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", KeyName(file), err)
	}
	defer clear(data)
	key, err := OpenPrivate(env, c, data, file)
	if err != nil {
		return nil, hintPrivateHalf(err, file)
	}
	return key, nil
}

// OpenPrivate reads a private key from data, which came from file.
func OpenPrivate(env *terminal.Env, c *cli.Context, data []byte, file string) (*keys.SigningKey, error) {
	info, err := inspectKey(data, file)
	if err != nil {
		return nil, err
	}
	if info.Private && file != "-" {
		warnIfReadable(env, file)
	}
	var key *keys.SigningKey
	if info.Encrypted {
		var secret []byte
		if key, secret, err = Decrypt(env, c, data, file); err != nil {
			return nil, err
		}
		clear(secret)
	} else {
		if GivesPassphrase(c) && !passphraseIsNew(c) {
			env.Warn("%s is not encrypted: the passphrase is not used", KeyName(file))
		}
		key, err = plainKey(data, info, c.String("kid"))
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", KeyName(file), err)
	}
	for _, w := range key.Warnings() {
		env.Warn("%s: %s", KeyName(file), w)
	}
	return key, nil
}

// plainKey reads a key that is not encrypted: of a JWK Set, the one that --kid names.
func plainKey(data []byte, info *keyfile.Info, kid string) (*keys.SigningKey, error) {
	if info.Format == "JWK Set" && kid != "" {
		return keys.ParseMember(data, kid)
	}
	return keys.Parse(data)
}

// hintPrivateHalf adds the name of the private half to the error about a public key.
func hintPrivateHalf(err error, file string) error {
	f := *outcome.Classify(err)
	private, ok := strings.CutSuffix(file, ".pub")
	if ok && errors.Is(err, keys.ErrNoSigningKey) && terminal.IsFile(private) {
		f.Hints = []string{"its private half may be next to it: --key " + terminal.QuoteShell(private)}
	}
	return &f
}
