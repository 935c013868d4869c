package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/urfave/cli/v2"
)

// keyFile is a key file as it was read.
type keyFile struct {
	name string
	data []byte
	info *keys.Info
}

// open reads a key file without its passphrase.
func openKeyFile(env *app, name string) (*keyFile, error) {
	data, err := readKey(env, name, "the key")
	if err != nil {
		return nil, &keyError{fmt.Errorf("reading %s: %w", keyName(name), reason(err))}
	}
	info, err := inspectKey(data, name)
	if err != nil {
		return nil, err
	}
	return &keyFile{name, data, info}, nil
}

// publicKey reads the public half of a key file, bound to --alg and --kid.
func publicKey(env *app, c *cli.Context, name string) (*keys.VerificationKey, error) {
	f, err := openKeyFile(env, name)
	if err != nil {
		return nil, err
	}
	defer clear(f.data)
	key, err := openPublic(env, c, f.data, f.info, name)
	if err != nil {
		return nil, &keyError{err}
	}
	return bind(c, key)
}

// refuseLink refuses a symbolic link before anybody is asked for a passphrase:
// replacing it would leave the file it points to as it is.
func refuseLink(name string) error {
	info, err := os.Lstat(name)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		return nil // a missing file is found by who reads it
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		target = "FILE"
	}
	return failed(keyfile.ErrNotRegular, name+" is a symbolic link, which is not replaced",
		"name the file it points to: "+quoteShell(target))
}
