package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// keyName is how messages call a key file.
func keyName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

// privateKey loads a private key, with its passphrase if it has one.
func privateKey(env *app, c *cli.Context, file string) (*keys.SigningKey, error) {
	data, err := readKey(env, file, "the key")
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", keyName(file), err)
	}
	defer clear(data)
	key, err := openPrivate(env, c, data, file)
	if err != nil {
		return nil, orPrivate(err, file)
	}
	return key, nil
}

// inspectKey finds what is in a key file. A secret is told by what it is not: it
// may be any text.
func inspectKey(data []byte, file string) (*keys.Info, error) {
	info, err := keys.Inspect(data)
	if errors.Is(err, keys.ErrNoKey) {
		return nil, failed(keys.ErrNoKey, keyName(file)+" holds neither a PEM key nor a JWK",
			"if it is an HMAC secret, which has no public half, use --secret-file", "lint says what a file is")
	}
	if err != nil {
		return nil, &keyError{fmt.Errorf("reading %s: %w", keyName(file), err)}
	}
	return info, nil
}

// openPrivate reads a private key from data, which came from file.
func openPrivate(env *app, c *cli.Context, data []byte, file string) (*keys.SigningKey, error) {
	info, err := inspectKey(data, file)
	if err != nil {
		return nil, err
	}
	if info.Private && file != "-" {
		warnIfReadable(env, file)
	}
	var key *keys.SigningKey
	if info.Encrypted {
		secret, perr := readPassphrase(env, c, keyName(file), false)
		if perr != nil {
			return nil, perr
		}
		key, err = keys.ParseEncrypted(data, secret)
		clear(secret)
	} else {
		if givesPassphrase(c) && !passphraseIsNew(c) {
			env.warn("%s is not encrypted: the passphrase is not used", keyName(file))
		}
		key, err = keys.Parse(data)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", keyName(file), err)
	}
	for _, w := range key.Warnings() {
		env.warn("%s: %s", keyName(file), w)
	}
	return key, nil
}

// verificationKeys loads what tokens are checked with: a public key, a private
// key's public half, a secret or a key set.
func verificationKeys(env *app, c *cli.Context) (keys.Source, error) {
	if file := c.String("jwks"); file != "" {
		if c.String("key") != "" || c.String("secret-file") != "" {
			return nil, usage("--jwks and another key are both given", giveOnce)
		}
		return readJWKS(env, c, file)
	}
	if c.String("key") == "" && c.String("secret-file") == "" {
		return nil, usage("no key given", "say which key: --key FILE, --jwks FILE for a set, or --secret-file FILE for HMAC")
	}
	file, secret, err := oneKey(c, "key", "secret-file")
	if err != nil {
		return nil, err
	}
	if secret {
		key, err := signingKey(env, c)
		if err != nil {
			return nil, err
		}
		return key.VerificationKey(), nil
	}
	data, err := readKey(env, file, "the key")
	if err != nil {
		return nil, &keyError{fmt.Errorf("reading %s: %w", keyName(file), err)}
	}
	defer clear(data)
	info, err := inspectKey(data, file)
	if err != nil {
		return nil, err
	}
	if info.Format == "JWK Set" {
		return fromSet(env, c, data, file)
	}
	key, err := openPublic(env, c, data, info, file)
	if err != nil {
		return nil, &keyError{err}
	}
	return bind(c, key)
}

// openPublic reads the key that verifies: the public one, or that of a private
// key or a secret JWK.
func openPublic(env *app, c *cli.Context, data []byte, info *keys.Info, file string) (*keys.VerificationKey, error) {
	if info.Private {
		key, err := openPrivate(env, c, data, file)
		if err != nil {
			return nil, orPublic(err, file)
		}
		return key.VerificationKey(), nil
	}
	key, err := keys.ParsePublic(data)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", keyName(file), err)
	}
	return key, nil
}

// orPrivate adds to the error of a public key where its private half is.
func orPrivate(err error, file string) error {
	f := *classify(err)
	private, ok := strings.CutSuffix(file, ".pub")
	if ok && errors.Is(err, keys.ErrNotPrivate) && isFile(private) {
		f.hints = []string{"its private half may be next to it: --key " + quoteShell(private)}
	}
	return &f
}

// orPublic adds to the error of a private key that its public half would do.
func orPublic(err error, file string) error {
	f := *classify(err)
	if isFile(file + ".pub") {
		f.hints = append([]string{"to verify, the public half will do: " + withValue("--key", file+".pub")}, f.hints...)
	}
	return &f
}
