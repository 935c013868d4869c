// Package keyerr has the errors that package keys shares with the packages below it.
package keyerr

import (
	"errors"
	"fmt"
)

// Package keys documents these under the same names.
var (
	ErrNoKey              = errors.New("no key found")
	ErrMalformed          = errors.New("malformed key")
	ErrUnsupported        = errors.New("unsupported kind of key")
	ErrWeak               = errors.New("key is too weak")
	ErrPassphraseRequired = errors.New("passphrase required")
	ErrWrongPassphrase    = errors.New("wrong passphrase")
	ErrNoSigningKey       = errors.New("no signing key")
	ErrNotSecret          = errors.New("not an HMAC secret")
	ErrNotEncrypted       = errors.New("key is not encrypted")
	ErrTooLarge           = errors.New("key too large")
	ErrTooCostly          = errors.New("key derivation cost above the ceiling")
)

// Unreadable returns ErrMalformed for a structure that cannot be decoded.
func Unreadable(structure string) error {
	return fmt.Errorf("%w: the %s cannot be read", ErrMalformed, structure)
}

// NothingTo returns ErrNoKey for a nil key.
func NothingTo(verb string) error { return fmt.Errorf("%w: nothing to %s", ErrNoKey, verb) }

// Truncate shortens text from outside before an error quotes it.
func Truncate(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}

// Entry describes an entry of a JWK Set that is not used.
func Entry(position int, id string, reason error) string {
	if id == "" {
		return fmt.Sprintf("key %d of the JWK Set: %v", position, reason)
	}
	return fmt.Sprintf("key %d of the JWK Set (kid %q): %v", position, Truncate(id), reason)
}
