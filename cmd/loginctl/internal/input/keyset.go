package input

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// readJWKS loads a JWK Set, narrowed by --alg and --kid.
func readJWKS(env *terminal.Env, c *cli.Context, file string) (keys.Source, error) {
	if strings.Contains(file, "://") {
		return nil, outcome.Usage("--jwks takes a file and fetches nothing", "fetch the set first, and verify with that file: curl -fsS URL > jwks.json")
	}
	data, err := ReadKey(env, file, "the key set")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, outcome.Failed(keys.ErrNoKey, "reading "+KeyName(file)+": no such file",
			"check the name; the issuer of the tokens publishes the set: curl -fsS URL > jwks.json", "for your own keys, "+outcome.Program+" jwks new makes one")
	}
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("reading %s: %w", KeyName(file), err))
	}
	return fromSet(env, c, data, file)
}

// hintSingleKey adds a hint to the error about a key set if data is a single key.
func hintSingleKey(err error, data []byte, file string) error {
	f := *outcome.Classify(outcome.KeyError(err))
	if _, err := keys.Inspect(data); err == nil {
		f.Hints = []string{"that is one key, not a set: " + cmdline.WithValue("--key", file)}
	}
	return &f
}

func fromSet(env *terminal.Env, c *cli.Context, data []byte, file string) (keys.Source, error) {
	set, err := keys.ParseJWKS(data)
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
