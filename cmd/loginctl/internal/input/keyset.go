package input

import (
	"errors"
	"fmt"
	"io/fs"

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
			"check the name; the issuer of the tokens publishes the set: --jwks URL", "for your own keys, "+outcome.Program+" jwks new makes one")
	}
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("reading %s: %w", KeyName(file), err))
	}
	return fromSet(env, c, data, file)
}

// hintSingleKey adds a hint to the error about a key set if data is a single key.
func hintSingleKey(err error, data []byte, file string) error {
	f := *outcome.Classify(outcome.KeyError(err))
	if _, err := keyfile.Inspect(data); err == nil {
		f.Hints = []string{"that is one key, not a set: " + cmdline.WithValue("--key", file)}
	}
	return &f
}

func fromSet(env *terminal.Env, c *cli.Context, data []byte, file string) (keys.Source, error) {
	set, err := keys.ParseJWKS(data, nil)
	if err != nil {
		return nil, hintSingleKey(fmt.Errorf("reading %s: %w", KeyName(file), err), data, file)
	}
	alg, kid := c.String("alg"), c.String("kid")
	if alg == "" && kid == "" {
		return set, nil
	}
	var chosen []*keys.VerificationKey
	for _, k := range set.Snapshot().VerificationKeys() {
		if (alg == "" || k.Algorithm().String() == alg) && (kid == "" || k.ID() == kid) {
			chosen = append(chosen, k)
		}
	}
	if len(chosen) == 0 {
		return nil, outcome.KeyError(fmt.Errorf("%s: no key of the set is the one that --alg and --kid ask for: %w",
			KeyName(file), keys.ErrUnknownKey))
	}
	return keys.NewSet(nil, chosen...)
}
