package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// keySet loads a JWK Set, narrowed by --alg and --kid.
func readJWKS(env *app, c *cli.Context, file string) (keys.Source, error) {
	if strings.Contains(file, "://") {
		return nil, usage("--jwks takes a file and fetches nothing", "fetch it first, and verify with what you got: curl -fsS URL > jwks.json")
	}
	data, err := readKey(env, file, "the key set")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failed(keys.ErrNoKey, "reading "+keyName(file)+": no such file",
			"check the name; whoever issues the tokens publishes the set: curl -fsS URL > jwks.json", "of keys of your own "+program+" jwks new makes one")
	}
	if err != nil {
		return nil, &keyError{fmt.Errorf("reading %s: %w", keyName(file), err)}
	}
	return fromSet(env, c, data, file)
}

// notSet adds to the error of what is no key set that it is a key.
func notSet(err error, data []byte, file string) error {
	f := *classify(&keyError{err})
	if _, err := keys.Inspect(data); err == nil {
		f.hints = []string{"that is one key, not a set: " + withValue("--key", file)}
	}
	return &f
}

func fromSet(env *app, c *cli.Context, data []byte, file string) (keys.Source, error) {
	set, err := keys.ParseJWKS(data)
	if err != nil {
		return nil, notSet(fmt.Errorf("reading %s: %w", keyName(file), err), data, file)
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
		return nil, &keyError{fmt.Errorf("%s: none of its keys is the one that --alg and --kid ask for: %w",
			keyName(file), keys.ErrUnknownKey)}
	}
	return keys.NewSet(nil, chosen...)
}
