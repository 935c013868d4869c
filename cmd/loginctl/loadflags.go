package main

import (
	"errors"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/urfave/cli/v2"
)

// keyFlags choose the key that a command works with. sets is whether a key set will do.
func keyFlags(what string, sets bool) []cli.Flag {
	flags := []cli.Flag{
		fileFlag("key", keyCategory, "`FILE` with "+what+" (PEM or JWK), - for standard input"),
		fileFlag("secret-file", keyCategory, "`FILE` with an HMAC secret, - for standard input"),
	}
	if sets {
		flags = append(flags, fileFlag("jwks", keyCategory, "`FILE` with a JWK Set of public keys, - for standard input"))
	}
	flags = append(flags,
		algFlag("`ALG` the key is for, if it can do several", "alg"),
		&cli.StringFlag{Name: "kid", Category: keyCategory, Usage: "key `ID`"})
	return append(flags, passphraseFlags()...)
}

// algFlag makes a flag that takes an algorithm.
func algFlag(usage, name string) *choiceFlag {
	var names []string
	for _, a := range keys.Algorithms() {
		names = append(names, a.String())
	}
	f := choice(name, "", usage, names...)
	f.Category = keyCategory
	return f
}

// algorithm returns --alg, or fallback.
func algorithm(c *cli.Context, fallback keys.Algorithm) (keys.Algorithm, error) {
	name := c.String("alg")
	if name == "" {
		return fallback, nil
	}
	return keys.ParseAlgorithm(name)
}

// signingKey loads the private key or the secret that the flags name.
func (a *app) signingKey(c *cli.Context) (*keys.SigningKey, error) {
	file, secret, err := oneKey(c, "key", "secret-file")
	if err != nil {
		return nil, err
	}
	var key *keys.SigningKey
	if secret {
		key, err = a.secret(c, file)
	} else {
		key, err = a.privateKey(c, file)
	}
	if err != nil {
		return nil, &keyError{err}
	}
	return bind(c, key)
}

// oneKey returns the one file that the flags name, and whether it is that of the second flag.
func oneKey(c *cli.Context, first, second string) (file string, isSecond bool, err error) {
	one, other := c.String(first), c.String(second)
	switch {
	case one != "" && other != "":
		return "", false, usage("--"+first+" and --"+second+" are both given", "there is one key: "+giveOnce)
	case one == "" && other == "":
		return "", false, usage("no key given", "say which key: --key FILE, or --secret-file FILE for HMAC")
	case other != "":
		return other, true, nil
	}
	return one, false, nil
}

// secret loads an HMAC secret. Its algorithm is HS256 unless stated.
func (a *app) secret(c *cli.Context, file string) (*keys.SigningKey, error) {
	alg, err := algorithm(c, keys.HS256)
	if err != nil {
		return nil, err
	}
	if givesPassphrase(c) {
		return nil, usage("a secret is not encrypted: it has no passphrase", "leave the passphrase out, or give an encrypted key with --key")
	}
	data, err := a.readKey(file, "the secret")
	if err != nil {
		f := *classify(&keyError{err})
		f.message = fmt.Sprintf("reading the file of --secret-file: %v", err)
		f.hints = []string{"--secret-file is the name of a file that holds the secret; " + program + " keygen hmac -o FILE makes one"}
		return nil, &f
	}
	if file != "-" {
		a.warnIfReadable(file)
	}
	defer clear(data)
	if _, ok := variableValue(chomp(data)); ok {
		a.warn("the file of --secret-file says NAME=value, and the whole line is the secret; if it is what follows NAME=, cut that off: cut -d= -f2-")
	}
	key, err := keys.ParseSecret(data, alg)
	if err != nil {
		return nil, secretRefused(err, alg)
	}
	return key, nil
}

// secretRefused says which command makes a secret that is strong enough.
func secretRefused(err error, alg keys.Algorithm) error {
	f := *classify(&keyError{fmt.Errorf("reading --secret-file: %w", err)})
	if errors.Is(err, keys.ErrWeak) && alg.Symmetric() {
		f.hints = []string{"make a new one: " + program + " keygen --alg " + alg.String() + " -o FILE"}
	}
	return &f
}

// readKey reads a key file, or standard input. The error does not name the
// file: given for a secret file, the name may be the secret itself.
func (a *app) readKey(file, what string) ([]byte, error) {
	if file == "-" {
		return a.readStdin(what, keyfile.MaxSize)
	}
	data, err := keyfile.Read(file)
	if cause := errors.Unwrap(err); cause != nil {
		err = cause
	}
	return data, err
}
