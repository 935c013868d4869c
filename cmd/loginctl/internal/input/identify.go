package input

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/keys"
)

// bindable is a signing key or a verification key.
type bindable[K any] interface {
	Algorithm() keys.Algorithm
	As(keys.Algorithm) (K, error)
	WithID(string) (K, error)
}

// Bind returns the key with the algorithm of --alg and the kid of --kid. A PEM file
// contains neither.
func Bind[K bindable[K]](c *cli.Context, key K) (K, error) {
	var zero K
	alg, err := Algorithm(c, key.Algorithm())
	if err != nil {
		return zero, err
	}
	if key, err = key.As(alg); err != nil {
		return zero, outcome.KeyError(fmt.Errorf("using the key for %s: %w", alg, err))
	}
	return Identify(c, key)
}

// Identify returns the key with the kid of --kid, if that is given.
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
