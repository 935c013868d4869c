package keys

import (
	"errors"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Errors returned by this package. An error says what was being done and
// matches exactly one of these with [errors.Is]; an error of the operating
// system (no such file, no space left) matches its own, such as [io/fs.ErrNotExist].
var (
	ErrNoKey              = keyerr.NoKey                                 // the input holds no key at all
	ErrMalformed          = keyerr.Malformed                             // it looks like a key but cannot be read
	ErrUnsupported        = keyerr.Unsupported                           // a real key of a kind that is not used here
	ErrWeak               = keyerr.Weak                                  // too short, bad exponent, a known-bad generator
	ErrPassphraseRequired = keyerr.PassphraseRequired                    // an encrypted key was read without a passphrase
	ErrWrongPassphrase    = keyerr.WrongPassphrase                       // see [ParseEncrypted] on telling it from damage
	ErrNotEncrypted       = keyerr.NotEncrypted                          // a passphrase was given for a plain key
	ErrNotPrivate         = keyerr.NotPrivate                            // a public key where a private one is needed
	ErrNotPublic          = errors.New("not a public key")               // a secret where a public key is needed
	ErrNotSecret          = keyerr.NotSecret                             // PEM, SSH or JWK text as a secret
	ErrTooLarge           = keyerr.TooLarge                              // a file over [keyfile.MaxSize], or RSA over 8192 bits
	ErrTooCostly          = keyerr.TooCostly                             // PBKDF2 or scrypt parameters of a bomb
	ErrAlgorithm          = errors.New("algorithm does not fit the key") // As, or a lookup for an algorithm no key has
	ErrUnknownKey         = errors.New("unknown key id")                 // no key with that kid
	ErrNoID               = errors.New("key has no id")                  // a secret without a kid in a [Set], or an unusable kid
	ErrDuplicateID        = errors.New("duplicate key id")               // two keys with one kid
	ErrSignature          = errors.New("signature does not verify")      // VerificationKey.Verify
	ErrNoSigningKey       = errors.New("no signing key")                 // asked to sign with a source that only verifies
)
