package input

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/remoteset"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// CacheFlag returns the flag of commands that read a key set from its issuer.
func CacheFlag() cli.Flag {
	return &cli.BoolFlag{Name: "no-cache", Category: cmdline.KeyCategory, Usage: "ask the issuer, and keep no copy of its key set"}
}

// ReadKeySet reads a key set from a file, from standard input for "-", or from its URL.
func ReadKeySet(env *terminal.Env, c *cli.Context, name string) ([]byte, error) {
	if remoteset.IsURL(name) {
		set, err := remoteset.Read(c.Context, env, remoteset.Address{URL: name}, c.Bool("no-cache"))
		if err != nil {
			return nil, err
		}
		return set.Body, nil
	}
	data, err := readSet(env, name)
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("reading %s: %w", KeyName(name), terminal.WithoutPath(err)))
	}
	return data, nil
}

// remoteKeys loads the set of a URL or an issuer, narrowed by --alg and --kid.
func remoteKeys(env *terminal.Env, c *cli.Context, at remoteset.Address) (keys.Source, error) {
	return remoteset.Open(c.Context, env, at, c.Bool("no-cache"), func(set *remoteset.Set) (keys.Source, error) {
		return fromSet(env, c, set.Body, set.URL)
	})
}

// readJWKS loads a JWK Set, narrowed by --alg and --kid.
func readJWKS(env *terminal.Env, c *cli.Context, file string) (keys.Source, error) {
	if remoteset.IsURL(file) {
		return remoteKeys(env, c, remoteset.Address{URL: file})
	}
	data, err := readSet(env, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, outcome.Failed(keys.ErrNoKey, "reading "+KeyName(file)+": no such file",
			"check the name; the issuer of the tokens publishes the set: --jwks URL", "for your own keys, "+outcome.Program()+" jwks new makes one")
	}
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("reading %s: %w", KeyName(file), err))
	}
	return fromSet(env, c, data, file)
}

// setRefused gives the error about a key set the hint of its cause. Where the text is one
// key, that is what to use it as.
func setRefused(err error, data []byte, file string) error {
	f := *outcome.Classify(outcome.KeyError(err))
	info, single := keyfile.Inspect(data)
	one := single == nil && len(info.Keys) == 0 && info.Format != "JWK Set" || strings.Contains(err.Error(), "another single key")
	switch {
	case one && unusable(data, info, single) != nil:
		f.Message = fmt.Sprintf("reading %s: one key, not a set, and one that is not usable: %v", KeyName(file), unusable(data, info, single))
		f.Hints = []string{lintHint()}
	case one:
		f.Hints = []string{"that is one key, not a set: " + cmdline.WithValue("--key", file)}
	case errors.Is(err, keys.ErrNoKey) && strings.Contains(err.Error(), "is empty"):
		f.Hints = []string{"add a key to it: " + outcome.Program() + " jwks add FILE KEY"}
	default:
		f.Hints = []string{`a key set is JSON, {"keys":[…]}: ` + outcome.Program() + " jwks new KEY makes one, jwks fetch URL saves an issuer's"}
	}
	return &f
}

// unusable returns the reason why a single key could not be used with --key, or nil.
// That an encrypted one can be decrypted is not known here.
func unusable(data []byte, info *keyfile.Info, err error) error {
	switch {
	case err != nil || info.Encrypted:
		return err
	case info.Private:
		_, err = keys.Parse(data)
	default:
		_, err = keys.ParsePublic(data)
	}
	return err
}

func fromSet(env *terminal.Env, c *cli.Context, data []byte, file string) (keys.Source, error) {
	if err := refuseEmpty(data, file); err != nil {
		return nil, err
	}
	set, err := keys.ParseJWKS(data, nil)
	if err != nil {
		return nil, setRefused(fmt.Errorf("reading %s: %w", KeyName(file), err), data, file)
	}
	kid := c.String("kid")
	algs, err := allowed(c)
	if err != nil || algs == nil && kid == "" {
		return set, err
	}
	var chosen []*keys.VerificationKey
	for _, k := range set.Snapshot().VerificationKeys() {
		if (algs == nil || slices.Contains(algs, k.Algorithm())) && (kid == "" || k.ID() == kid) {
			chosen = append(chosen, k)
		}
	}
	if len(chosen) == 0 {
		return nil, outcome.KeyError(fmt.Errorf("%s: no key of the set is the one that --alg and --kid ask for: %w",
			KeyName(file), keys.ErrUnknownKey))
	}
	return keys.NewSet(nil, chosen...)
}
