package input

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/remoteset"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// KeyFile is a key file that was read and inspected, but not decrypted.
type KeyFile struct {
	Name string
	Data []byte
	Info *keyfile.Info
}

// OpenKeyFile reads a key file without its passphrase.
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

// OpenKeyOrSet is [OpenKeyFile], and reads a key set from its URL too.
func OpenKeyOrSet(env *terminal.Env, c *cli.Context, name string) (*KeyFile, error) {
	if !remoteset.IsURL(name) {
		return OpenKeyFile(env, name)
	}
	data, err := ReadKeySet(env, c, name)
	if err != nil {
		return nil, err
	}
	info, err := inspectKey(data, name)
	if err != nil {
		return nil, err
	}
	return &KeyFile{name, data, info}, nil
}

// RefuseLink refuses a symbolic link before a passphrase is asked for: replacing the
// link would leave the file it points to unchanged.
func RefuseLink(name string) error {
	info, err := os.Lstat(name)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		return nil // a missing file is an error when it is read
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		target = "FILE"
	}
	return outcome.Failed(keyfile.ErrNotRegular, name+" is a symbolic link, which is never replaced",
		"name the file it points to: "+terminal.QuoteShell(target))
}

// ReadKey reads a key file, or standard input for "-", of which content is the name in
// messages. The error does not contain the file's name: given for a secret file, the
// name may be the secret itself.
func ReadKey(env *terminal.Env, file, content string) ([]byte, error) {
	return readUpTo(env, file, content, keyfile.MaxSize)
}

// maxSet is the size in bytes of the largest key set, as of [keys.ParseJWKS].
const maxSet = 512 << 10

// readSet is [ReadKey] for a key set, which may be larger than a key.
func readSet(env *terminal.Env, file string) ([]byte, error) {
	return readUpTo(env, file, "the key set", maxSet)
}

func readUpTo(env *terminal.Env, file, content string, limit int64) ([]byte, error) {
	if file == "-" {
		return ReadStdin(env, content, limit)
	}
	if data, ok, err := readSource(env, file, limit); ok {
		return data, err
	}
	data, err := keyfile.ReadUpTo(file, int(limit))
	if errors.Is(err, keyfile.ErrNotRegular) && isPipe(file) {
		return readFile(file, limit)
	}
	if cause := errors.Unwrap(err); cause != nil {
		err = cause
	}
	return data, err
}

// KeyName returns the name of a key file for messages.
func KeyName(file string) string {
	switch {
	case remoteset.IsURL(file):
		return remoteset.Address{URL: file}.Name()
	case file == "-":
		return "standard input"
	case strings.HasPrefix(file, "env:"):
		return "the environment variable" // whose name is not shown: it may be a secret, typed in the wrong place
	case strings.HasPrefix(file, "fd:"):
		return "the file descriptor"
	}
	return file
}

// inspectKey detects the format and kind of a key file. A secret may be any text, so
// every text that is not a key may be one.
func inspectKey(data []byte, file string) (*keyfile.Info, error) {
	if err := refuseEmpty(data, file); err != nil {
		return nil, err
	}
	info, err := keyfile.Inspect(data)
	if err == nil {
		return info, nil
	}
	f := *outcome.Classify(outcome.KeyError(fmt.Errorf("reading %s: %w", KeyName(file), err)))
	if errors.Is(err, keys.ErrNoKey) && strings.Contains(err.Error(), "HMAC secret") { // it may be one
		f.Hints = []string{"if it is an HMAC secret, which has no public half, use --secret-file", lintHint()}
		if _, err := keys.ParseSecret(data, keys.HS256); errors.Is(err, keys.ErrNotSecret) {
			f.Hints = []string{"if it was a key, it is damaged: take it again from where it came from", lintHint()}
		}
	}
	return nil, &f
}

func lintHint() string { return "to see which kind of file it is: " + outcome.Program() + " lint FILE" }

// refuseEmpty refuses a file without content, and says what leaves one.
func refuseEmpty(data []byte, file string) error {
	if len(bytes.TrimSpace(data)) > 0 {
		return nil
	}
	return outcome.Failed(keys.ErrNoKey, "reading "+KeyName(file)+": it is empty",
		"a secret of CI that is not set, or a command that failed, leaves an empty file: write the key to it again")
}
