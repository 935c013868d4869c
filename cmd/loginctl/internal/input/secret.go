package input

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
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
		if errors.Is(err, fs.ErrNotExist) {
			f.Hints = []string{"--secret-file is the name of a file that holds the secret; " + outcome.Program() + " keygen hmac -o FILE makes one"}
		}
		return nil, &f
	}
	if err := refuseEmpty(data, "the file of --secret-file"); err != nil {
		return nil, err
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
	if errors.Is(err, keys.ErrWeak) && alg.Type() == "oct" {
		f.Hints = []string{"make a new one: " + outcome.Program() + " keygen --alg " + alg.String() + " -o FILE"}
	}
	if errors.Is(err, keys.ErrNotSecret) {
		f.Hints = []string{hintOtherThing(err.Error())}
	}
	if errors.Is(err, keys.ErrMalformed) {
		// Not that the file is damaged: it is whole, with something around the secret.
		f.Hints = []string{"the file has the secret alone, in one line; a value of an env file is --secret-file 'env-file:FILE#NAME'"}
	}
	return &f
}

// hintOtherThing returns the hint for a text that is not a secret, by what it is.
func hintOtherThing(message string) string {
	for _, h := range []struct{ part, hint string }{
		{"a placeholder that", "set the variable before the file is made, or name it: --secret-file env:NAME"},
		{"a placeholder", "make a secret: " + outcome.Program() + " keygen --alg HS256 -o FILE"},
		{"a reference", "fetch the secret that it names into a file first, as in: op read REFERENCE > FILE"},
		{"a token,", "a token is the argument of verify; the secret is the one it was signed with"},
		{"markup", "the download of the secret failed: fetch it again, with curl --fail"},
		{"the message of", "the command that wrote the file failed: run it again"},
		{"a JSON document", "write the value alone to a file, as in: jq -j .NAME FILE > SECRET"},
		{"encrypted by", "decrypt it first, with the program that encrypted it"},
		{"a compressed file", "decompress it first, if a secret is in it: gzip -dc FILE > SECRET"},
	} {
		if strings.Contains(message, h.part) {
			return h.hint
		}
	}
	return "for a PEM or JWK key use --key; a new secret: " + outcome.Program() + " keygen --alg HS256 -o FILE"
}
