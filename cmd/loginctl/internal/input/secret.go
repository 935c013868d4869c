package input

import (
	"errors"
	"fmt"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// ReadSecret loads an HMAC secret. Its algorithm is HS256 unless --alg states another.
func ReadSecret(env *terminal.Env, c *cli.Context, file string) (*keys.SigningKey, error) {
	alg, err := Algorithm(c, keys.HS256)
	if err != nil {
		return nil, err
	}
	if GivesPassphrase(c) {
		return nil, outcome.Usage("a secret is not encrypted: it has no passphrase", "leave the passphrase out, or give an encrypted key with --key")
	}
	data, err := ReadKey(env, file, "the secret")
	if err != nil {
		f := *outcome.Classify(outcome.KeyError(err))
		f.Message = fmt.Sprintf("reading the file of --secret-file: %v", err)
		f.Hints = []string{"--secret-file is the name of a file that holds the secret; " + outcome.Program + " keygen hmac -o FILE makes one"}
		return nil, &f
	}
	if file != "-" {
		warnIfReadable(env, file)
	}
	defer clear(data)
	key, err := keys.ParseSecret(data, alg)
	if err != nil {
		return nil, secretRefused(err, alg)
	}
	return key, nil
}

// secretRefused adds the command that makes a strong secret to the error of a weak one.
func secretRefused(err error, alg keys.Algorithm) error {
	f := *outcome.Classify(outcome.KeyError(fmt.Errorf("reading --secret-file: %w", err)))
	if errors.Is(err, keys.ErrWeak) && alg.Symmetric() {
		f.Hints = []string{"make a new one: " + outcome.Program + " keygen --alg " + alg.String() + " -o FILE"}
	}
	if errors.Is(err, keys.ErrMalformed) {
		// Not that the file is damaged: it is whole, with something around the secret.
		f.Hints = []string{"the file has the secret alone, in one line; a value of an env file is --secret-file 'env-file:FILE#NAME'"}
	}
	return &f
}
