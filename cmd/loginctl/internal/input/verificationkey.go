package input

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/remoteset"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// PublicKey reads the public half of a key file, with the algorithm of --alg and the kid
// of --kid.
func PublicKey(env *terminal.Env, c *cli.Context, name string) (*keys.VerificationKey, error) {
	f, err := OpenKeyFile(env, name)
	if err != nil {
		return nil, err
	}
	defer clear(f.Data)
	key, err := OpenPublic(env, c, f.Data, f.Info, name)
	if err != nil {
		return nil, outcome.KeyError(err)
	}
	return Bind(c, key)
}

// VerificationKeys loads the keys that tokens are checked with: a public key, the public
// half of a private key, a secret or a key set.
func VerificationKeys(env *terminal.Env, c *cli.Context) (keys.Source, error) {
	set, one := c.String("jwks"), c.String("key") != "" || c.String("secret-file") != ""
	issuer := c.String("issuer")
	switch {
	case issuer != "" && (set != "" || one):
		return nil, outcome.Usage("--issuer and another key are both given", "the issuer says which keys are its own: "+cmdline.GiveOnce)
	case issuer != "":
		return remoteKeys(env, c, remoteset.Address{Issuer: issuer})
	case set != "" && one:
		return nil, outcome.Usage("--jwks and another key are both given", cmdline.GiveOnce)
	case set != "":
		return readJWKS(env, c, set)
	case !one:
		return nil, outcome.Usage("no key given", "say which key: --key FILE, --jwks FILE for a set, --issuer URL for an issuer's, or --secret-file FILE for HMAC")
	}
	file, secret, err := oneKey(c, "key", "secret-file")
	if err != nil {
		return nil, err
	}
	if !secret {
		return keyOrSet(env, c, file)
	}
	key, err := SigningKey(env, c)
	if err != nil {
		return nil, err
	}
	return key.VerificationKey(), nil
}

// keyOrSet loads the file of --key, which may also be a key set.
func keyOrSet(env *terminal.Env, c *cli.Context, file string) (keys.Source, error) {
	if remoteset.IsURL(file) {
		return nil, outcome.Usage("--key takes a file", "for the key set at a URL: "+cmdline.WithValue("--jwks", file), "for the keys of an issuer: --issuer URL")
	}
	data, err := ReadKey(env, file, "the key")
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("reading %s: %w", KeyName(file), err))
	}
	defer clear(data)
	info, err := inspectKey(data, file)
	if err != nil {
		return nil, err
	}
	if len(info.Keys) > 0 {
		return fromSet(env, c, data, file)
	}
	key, err := OpenPublic(env, c, data, info, file)
	if err != nil {
		return nil, outcome.KeyError(err)
	}
	return Bind(c, key)
}

// OpenPublic reads the key that verifies: a public key, or the verification key of a
// private key or a secret JWK.
func OpenPublic(env *terminal.Env, c *cli.Context, data []byte, info *keyfile.Info, file string) (*keys.VerificationKey, error) {
	if info.Private {
		key, err := OpenPrivate(env, c, data, file)
		if err != nil {
			return nil, hintPublicHalf(err, file)
		}
		return key.VerificationKey(), nil
	}
	key, err := keys.ParsePublic(data)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", KeyName(file), err)
	}
	return key, nil
}

// hintPublicHalf adds the file of the public half, if there is one, to the error about a
// private key.
func hintPublicHalf(err error, file string) error {
	f := *outcome.Classify(err)
	if terminal.IsFile(file + ".pub") {
		f.Hints = append([]string{"to verify, the public half will do: " + cmdline.WithValue("--key", file+".pub")}, f.Hints...)
	}
	return &f
}
