// Package keyerr has the errors that package keys shares with the packages below it.
package keyerr

import (
	"errors"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Package keys documents these under the names ErrNoKey, ErrMalformed and so on.
var (
	NoKey              = errors.New("no key found")
	Malformed          = errors.New("malformed key")
	Unsupported        = errors.New("unsupported kind of key")
	Weak               = errors.New("key is too weak")
	PassphraseRequired = errors.New("passphrase required")
	WrongPassphrase    = errors.New("wrong passphrase")
	NotPrivate         = errors.New("not a private key")
	NotSecret          = errors.New("not an HMAC secret")
	NotEncrypted       = errors.New("key is not encrypted")
	TooLarge           = keyfile.ErrTooLarge
	TooCostly          = errors.New("key derivation cost above the ceiling")
)

// Unreadable returns the Malformed error for a structure that cannot be decoded.
func Unreadable(structure string) error {
	return fmt.Errorf("%w: the %s cannot be read", Malformed, structure)
}

// NothingTo returns the NoKey error for a nil key.
func NothingTo(verb string) error { return fmt.Errorf("%w: nothing to %s", NoKey, verb) }

// Truncate shortens text from outside before an error quotes it.
func Truncate(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}
