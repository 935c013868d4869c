package main

import (
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// bindable is a key of either type.
type bindable[K any] interface {
	Algorithm() keys.Algorithm
	As(keys.Algorithm) (K, error)
	WithID(string) (K, error)
}

// bind gives a key the algorithm and the kid that the flags state: a PEM file
// holds neither.
func bind[K bindable[K]](c *cli.Context, key K) (K, error) {
	var none K
	alg, err := algorithm(c, key.Algorithm())
	if err != nil {
		return none, err
	}
	if key, err = key.As(alg); err != nil {
		return none, &keyError{fmt.Errorf("using the key for %s: %w", alg, err)}
	}
	return identify(c, key)
}

// identify gives a key the kid of --kid, if there is one.
func identify[K bindable[K]](c *cli.Context, key K) (K, error) {
	kid := c.String("kid")
	if kid == "" {
		return key, nil
	}
	key, err := key.WithID(kid)
	if err != nil {
		return key, usage(fmt.Sprintf("--kid: %v", err), "a key ID is short text, as in --kid 2026-11")
	}
	return key, nil
}

// bindFlags state what a key file may leave open.
func bindFlags() []cli.Flag {
	return append([]cli.Flag{
		algFlag("`ALG` the key is for, if it can do several", "alg"),
		&cli.StringFlag{Name: "kid", Category: keyCategory, Usage: "key `ID` (default the file's, or the RFC 7638 thumbprint)"},
	}, passphraseFlags()...)
}
