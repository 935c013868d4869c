package input

import (
	"fmt"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// bindable is a key of either type.
type bindable[K any] interface {
	Algorithm() keys.Algorithm
	As(keys.Algorithm) (K, error)
	WithID(string) (K, error)
}

// Bind gives a key the algorithm and the kid that the flags state: a PEM file
// holds neither.
func Bind[K bindable[K]](c *cli.Context, key K) (K, error) {
	var none K
	alg, err := Algorithm(c, key.Algorithm())
	if err != nil {
		return none, err
	}
	if key, err = key.As(alg); err != nil {
		return none, outcome.KeyError(fmt.Errorf("using the key for %s: %w", alg, err))
	}
	return Identify(c, key)
}

// Identify gives a key the kid of --kid, if there is one.
func Identify[K bindable[K]](c *cli.Context, key K) (K, error) {
	kid := c.String("kid")
	if kid == "" {
		return key, nil
	}
	key, err := key.WithID(kid)
	if err != nil {
		return key, outcome.Usage(fmt.Sprintf("--kid: %v", err), "a key ID is short text, as in --kid 2026-11")
	}
	return key, nil
}
