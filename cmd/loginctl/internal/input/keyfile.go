package input

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// KeyFile is a key file as it was read.
type KeyFile struct {
	Name string
	Data []byte
	Info *keys.Info
}

// open reads a key file without its passphrase.
func OpenKeyFile(env *terminal.Env, name string) (*KeyFile, error) {
	data, err := ReadKey(env, name, "the key")
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("reading %s: %w", KeyName(name), terminal.WithoutPath(err)))
	}
	info, err := inspectKey(data, name)
	if err != nil {
		return nil, err
	}
	return &KeyFile{name, data, info}, nil
}

// RefuseLink refuses a symbolic link before anybody is asked for a passphrase:
// replacing it would leave the file it points to as it is.
func RefuseLink(name string) error {
	info, err := os.Lstat(name)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		return nil // a missing file is found by who reads it
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		target = "FILE"
	}
	return outcome.Failed(keyfile.ErrNotRegular, name+" is a symbolic link, which is not replaced",
		"name the file it points to: "+terminal.QuoteShell(target))
}

// ReadKey reads a key file, or standard input. The error does not name the
// file: given for a secret file, the name may be the secret itself.
func ReadKey(env *terminal.Env, file, what string) ([]byte, error) {
	if file == "-" {
		return ReadStdin(env, what, keyfile.MaxSize)
	}
	data, err := keyfile.Read(file)
	if cause := errors.Unwrap(err); cause != nil {
		err = cause
	}
	return data, err
}

// KeyName is how messages call a key file.
func KeyName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

// inspectKey finds what is in a key file. A secret is told by what it is not: it
// may be any text.
func inspectKey(data []byte, file string) (*keys.Info, error) {
	info, err := keys.Inspect(data)
	if errors.Is(err, keys.ErrNoKey) {
		return nil, outcome.Failed(keys.ErrNoKey, KeyName(file)+" holds neither a PEM key nor a JWK",
			"if it is an HMAC secret, which has no public half, use --secret-file", "lint says what a file is")
	}
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("reading %s: %w", KeyName(file), err))
	}
	return info, nil
}
